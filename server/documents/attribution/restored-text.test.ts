import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { alignRestored, type Letter, type Piece } from './restored-text.ts';
import { Steps } from './steps.ts';

/** New text under one client id, as it comes back: each struct is one character or more; null was deleted again. */
function cameBack(units: readonly (string | null)[]): Piece[] {
  const content = (unit: string | null) => (unit === null ? new Y.ContentDeleted(1) : new Y.ContentString(unit));
  return units.map((unit, clock) => ({
    item: new Y.Item(Y.createID(9, clock), null, null, null, null, null, null, content(unit)),
    length: 1,
  }));
}

function oldText(text: string, live = true): Letter[] {
  return Array.from({ length: text.length }, (_, clock) => ({ client: 1, clock, unit: text.charAt(clock), live }));
}

/** The ids that each new character brings back, one by one. */
function sources(units: readonly (string | null)[], letters: readonly Letter[]): (string | null)[] {
  const found = Array<string | null>(units.length).fill(null);
  for (const { clock, length, source } of alignRestored(cameBack(units), letters)) {
    for (let i = 0; i < length; i++) found[clock + i] = `${source.client}:${source.clock + i}`;
  }
  return found;
}

/** The same by trying everything, without any list. */
function sourcesByTrying(units: readonly (string | null)[], letters: readonly Letter[]): (string | null)[] {
  const left = letters.toSorted((a, b) => a.client - b.client || a.clock - b.clock);
  const used = new Set<Letter>();
  const behind = (letter: Letter | undefined) =>
    letter &&
    left.find(
      (one) => one.client === letter.client && one.live === letter.live && one.clock > letter.clock && !used.has(one),
    );
  let last: Letter | undefined;
  return units.map((unit, i) => {
    const next = behind(last);
    if (unit === null) {
      last = next ?? last;
      return null;
    }
    const rankOf = (letter: Letter) => {
      let length = 1;
      for (let at = behind(letter); at && length < 32 && at.unit === units[i + length]; at = behind(at)) length++;
      return length * 2 + (letter.live ? 1 : 0);
    };
    const places = left.filter((letter) => letter.unit === unit && !used.has(letter));
    const best = places.toSorted((a, b) => rankOf(b) - rankOf(a))[0];
    const found = next?.unit === unit ? next : best;
    if (!found) return null;
    used.add(found);
    last = found;
    return `${found.client}:${found.clock}`;
  });
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });

test('P2: what comes back is put together from the longest runs of what was there, each character once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, fc.boolean(), fc.integer({ min: 1, max: 3 })), { maxLength: 6 }),
      fc.array(fc.oneof(word, fc.constant(null)), { maxLength: 6 }),
      fc.array(fc.nat(5), { maxLength: 4 }),
      (was, typed, again) => {
        let clock = 0;
        const letters = was.flatMap(([text, live, client]) =>
          [...text].map((unit) => ({ client, clock: clock++, unit, live })),
        );
        const words = [...typed, ...again.map((i) => was[i]?.[0] ?? null)];
        const units = words.flatMap((text) => (text === null ? [null] : [...text]));
        expect(sources(units, letters)).toEqual(sourcesByTrying(units, letters));
      },
    ),
    { numRuns: 1000 },
  );
});

test.each([1000, 2000, 4000])(
  'P7: text that comes back in another order costs steps linear to its length (%i characters)',
  (different) => {
    const front = Array.from({ length: different }, (_, i) => String.fromCharCode(0x4e00 + i));
    const same = 'u'.repeat(50 * different);
    const steps = new Steps(Infinity);
    alignRestored(cameBack([...same, ...front.toReversed()]), oldText(front.join('') + same), steps);
    expect(steps.taken).toBeLessThan(4 * 51 * different + 400 * 32);
  },
);

test('P7: when the steps of a transaction are spent, what is left counts as new', () => {
  // Wherever one looks, there are many places that are equal for long.
  const text = 'ab'.repeat(20_000);
  const steps = new Steps(100_000);
  const aligned = alignRestored(cameBack([...'bbaa'.repeat(10_000)]), oldText(text), steps);
  const found = aligned.reduce((sum, { length }) => sum + length, 0);
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(20_000);
  expect(steps.taken).toBeLessThan(100_000 + 2 * 400 * 32);
});
