import * as decoding from 'lib0/decoding';
import { beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { updateFrame } from '../messages.ts';
import { Answers } from './answers.ts';

const STEP_2 = 1;

describe('answers to sync step 1', () => {
  let doc: Y.Doc;
  let text: Y.Text;
  let answers: Answers;

  beforeEach(() => {
    doc = new Y.Doc();
    text = doc.getText('text');
    text.insert(0, 'Sakopjam ciema parku. '.repeat(200));
    answers = new Answers(doc);
    doc.on('update', (update: Uint8Array) => answers.changed([updateFrame(update)]));
  });

  test('N10: the state is encoded once, also while somebody types; newcomers have all of it', () => {
    const [state] = answers.to(new Map());
    for (const letter of 'Un stādām') text.insert(0, letter);
    text.delete(3, 2);
    const frames = answers.to(new Map());
    expect(frames[0]).toBe(state);
    expect(textAfter(frames)).toBe(text.toString());
  });

  test('N10: sync step 2 comes last: a client that has got it has everything', () => {
    answers.to(new Map());
    text.insert(0, 'Jauns ');
    const newcomer = new Y.Doc();
    const frames = answers.to(new Map());
    for (const [index, frame] of frames.entries()) {
      const { step, update } = read(frame);
      expect(step === STEP_2).toBe(index === frames.length - 1);
      Y.applyUpdate(newcomer, update);
    }
    expect(newcomer.getText('text').toString()).toBe(text.toString());

    const comesBack = answers.to(new Map([[doc.clientID, 100]]));
    expect(comesBack.map((frame) => read(frame).step)).toEqual([STEP_2]);
  });

  test('N10: after many changes the state is encoded anew', () => {
    answers.to(new Map());
    for (let i = 0; i < 1_000; i++) text.insert(i, 'a');
    const frames = answers.to(new Map());
    expect(frames.length).toBeLessThan(300);
    expect(textAfter(frames)).toBe(text.toString());
  });

  test('N10: whoever comes back with the same state gets the same answer, until somebody writes', () => {
    const known = () => new Map([[doc.clientID, 100]]);
    const [first] = answers.to(known());
    expect(answers.to(known())[0]).toBe(first);
    expect(answers.to(new Map([[doc.clientID, 50]]))[0]).not.toBe(first);
    text.insert(0, 'Jauns');
    expect(answers.to(known())[0]).not.toBe(first);
    expect(clockAfter(answers.to(known()))).toBe(Y.getState(doc.store, doc.clientID));
  });
});

function read(frame: Buffer): { step: number; update: Uint8Array } {
  const length = frame[1] ?? 0;
  const decoder = decoding.createDecoder(frame.subarray(length < 126 ? 2 : length === 126 ? 4 : 10));
  decoding.readVarUint(decoder);
  return { step: decoding.readVarUint(decoder), update: decoding.readVarUint8Array(decoder) };
}

function textAfter(frames: readonly Buffer[]): string {
  const doc = new Y.Doc();
  for (const frame of frames) Y.applyUpdate(doc, read(frame).update);
  return doc.getText('text').toString();
}

function clockAfter(frames: readonly Buffer[]): number {
  return Math.max(...frames.flatMap((frame) => [...Y.parseUpdateMeta(read(frame).update).to.values()]));
}
