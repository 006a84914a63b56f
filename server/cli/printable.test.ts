import { expect, test } from 'vitest';
import { printable, printableJson } from './printable.ts';

const OBEYED = [
  '\u0000',
  '\u0007',
  '\n',
  '\r',
  '\t',
  '\u001b',
  '\u007f',
  '\u009b',
  '\u061c',
  '\u200e',
  '\u200f',
].concat(['\u2028', '\u202a', '\u202e', '\u2066', '\u2069']);

test('a line has nothing that a terminal obeys', () => {
  expect(printable('\u001b]0;other\u0007\u001b[31mTalka')).toBe('�]0;other��[31mTalka');
  for (const character of OBEYED) expect(printable(`Tal${character}ka`)).toBe('Tal�ka');
  expect(printable('  “Ķekava” → 👩‍🌾  ')).toBe('  “Ķekava” → 👩‍🌾  ');
});

test('JSON has nothing that a terminal obeys, and says the same', () => {
  const said = { title: OBEYED.join('x'), names: ['Ķekava', '👩‍🌾'], [`key${OBEYED.join('')}`]: null };
  const json = printableJson(said);
  expect(JSON.parse(json)).toEqual(said);
  for (const line of json.split('\n')) expect(printable(line)).toBe(line);
});
