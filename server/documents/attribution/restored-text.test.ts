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
  return lettersOf(1, 0, text, live);
}

/** Text that was deleted as one range. */
function lettersOf(client: number, first: number, text: string, live: boolean, generation = 0): Letter[] {
  const last = first + text.length - 1;
  return Array.from({ length: text.length }, (_, i) => {
    return { client, clock: first + i, unit: text.charAt(i), live, generation, first, last };
  });
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
  const lastOf = new Map<string, number>();
  const groupOf = ({ client, live, generation }: Letter) => `${client} ${live} ${generation}`;
  return units.map((unit, i) => {
    const next = behind(last);
    if (unit === null) {
      last = next ?? last;
      return null;
    }
    const runFrom = (letter: Letter) => {
      const run = [letter];
      for (let at = behind(letter); at && run.length < 32 && at.unit === units[i + run.length]; at = behind(at))
        run.push(at);
      return run;
    };
    const rankOf = (letter: Letter) => runFrom(letter).length * 2 + (letter.live ? 1 : 0);
    const mayComeBack = (letter: Letter) => {
      const run = runFrom(letter);
      const begins = letter.clock === letter.first;
      const ends = (run.at(-1)?.clock ?? 0) >= letter.last;
      const isBack = letter.clock < (lastOf.get(groupOf(letter)) ?? 0);
      return run.length >= 8 || (isBack ? begins && ends : begins || ends);
    };
    const places = left.filter((letter) => letter.unit === unit && !used.has(letter) && mayComeBack(letter));
    const best = places.toSorted((a, b) => rankOf(b) - rankOf(a))[0];
    const found = next?.unit === unit ? next : best;
    if (!found) return null;
    used.add(found);
    last = found;
    lastOf.set(groupOf(found), found.clock);
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
        const letters = was.flatMap(([text, live, client], i) => {
          clock += text.length;
          return lettersOf(client, clock - text.length, text, live, live ? 0 : i % 2);
        });
        const words = [...typed, ...again.map((i) => was[i]?.[0] ?? null)];
        const units = words.flatMap((text) => (text === null ? [null] : [...text]));
        expect(sources(units, letters)).toEqual(sourcesByTrying(units, letters));
      },
    ),
    { numRuns: 1000 },
  );
});

test('P2: the letters of a text in another order are new', () => {
  const was = oldText('Seklas cupas un zirgi, koki, putni, darzi, upes un lauki.');
  const found = (say: string) => sources([...say], was).filter((source) => source !== null).length;
  expect(found('zagli un cuku kupli')).toBe(0);
  expect(found('uz lauka zirgi un upes')).toBe(0);
  // What is left of it in its order, and its halves the other way round, are not.
  expect(found('Seklas zirgi, putni, upes un lauki.')).toBeGreaterThan(25);
  expect(found('darzi, upes un lauki.Seklas cupas un zirgi, koki, putni, ')).toBe(57);
});

test('P2: short ranges that were deleted one after another may come back one by one, the latest first', () => {
  const was = [
    ...lettersOf(1, 0, 'viens', false),
    ...lettersOf(1, 5, 'divi', false),
    ...lettersOf(1, 9, 'trīs', false),
  ];
  const units = [...'trīsdiviviens'];
  const clocks = [9, 10, 11, 12, 5, 6, 7, 8, 0, 1, 2, 3, 4];
  expect(sources(units, was)).toEqual(clocks.map((clock) => `1:${clock}`));
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
