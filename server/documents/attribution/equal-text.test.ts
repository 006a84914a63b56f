import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EqualText } from './equal-text.ts';

type Piece = { text: string };

/** Which units of a text lie in at least twenty code points that one of the pieces has, by trying everything. */
function oldUnits(text: string, pieces: readonly string[]): boolean[] {
  const old = Array<boolean>(text.length).fill(false);
  const points = [...text];
  let at = 0;
  points.forEach((_, i) => {
    const window = points.slice(i, i + 20);
    const found = window.length === 20 && pieces.some((piece) => piece.includes(window.join('')));
    if (found) old.fill(true, at, at + window.join('').length);
    at += points[i]?.length ?? 0;
  });
  return old;
}

function found(text: string, pieces: readonly Piece[], equal: EqualText<Piece>): boolean[] {
  const units = Array<boolean>(text.length).fill(false);
  let last = 0;
  for (const { start, length, piece, from } of equal.find(text)) {
    expect(start).toBeGreaterThanOrEqual(last);
    last = start + length;
    expect(pieces).toContain(piece);
    expect(piece.text.slice(from, from + length)).toBe(text.slice(start, last));
    units.fill(true, start, last);
  }
  return units;
}

const word = fc.string({
  unit: fc.constantFrom('a', 'ā', 'b', '😀', '😎', ' ', 'q', 'r', 's', 't'),
  minLength: 5,
  maxLength: 60,
  size: 'max',
});

test('M2, M3: finds whatever is equal for at least twenty code points, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 5 }),
      fc.array(fc.tuple(fc.nat(4), fc.nat(9), fc.integer({ min: 20, max: 40 })), { maxLength: 3 }),
      fc.array(fc.nat(200), { maxLength: 6 }),
      (words, again, cuts) => {
        // What was put in somewhere else in part, and deleted there.
        const texts = [
          ...words,
          ...again.map(([i, from, length]) => [...(words[i % words.length] ?? '')].slice(from, from + length).join('')),
        ];
        const pieces = texts.map((text) => ({ text }));
        const equal = new EqualText<Piece>();
        for (const piece of pieces) equal.add(piece);
        // Parts of the pieces, side by side and with something else in between.
        const text = cuts
          .map((cut, i) => {
            const from = [...(texts[cut % texts.length] ?? '')];
            return from.slice(cut % 7, from.length - (cut % 5)).join('') + (i % 2 === 0 ? `${cut}` : '');
          })
          .join('');
        expect(found(text, pieces, equal)).toEqual(oldUnits(text, texts));
      },
    ),
    { numRuns: 2000 },
  );
});

test('M3: of equal pieces the newest counts; one that was taken away is not found', () => {
  const [first, second] = [{ text: 'Savākt visus atkritumus' }, { text: 'Savākt visus atkritumus' }];
  const equal = new EqualText<Piece>();
  equal.add(first);
  equal.add(second);
  const pieces = () => equal.find('Rīt: Savākt visus atkritumus.').map(({ piece }) => piece === second);
  expect(pieces()).toEqual([true]);
  equal.remove(second);
  expect(pieces()).toEqual([false]);
  equal.remove(first);
  expect(pieces()).toEqual([]);
});
