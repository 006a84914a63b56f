import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#server/db/client.ts';
import { DeletedContents, DeletedTable, type Deleted } from '#server/documents/attribution/deleted.ts';
import { Random } from '../support/random.ts';

function nothingStored(): DeletedTable {
  const directory = mkdtempSync(`${tmpdir()}/kopplans-`);
  const { sqlite } = openDatabase(directory);
  onTestFinished(() => {
    sqlite.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return new DeletedTable(sqlite);
}

/** A deleted run of text that counts how often it is looked at. */
function watched(clock: number, text: string, look: () => void): Deleted {
  return {
    client: 1,
    get clock() {
      look();
      return clock;
    },
    length: text.length,
    content: { kind: 'text', text, by: 'anna' },
  };
}

test('P1: what was deleted just now is known by any of its ids, in whatever order it was deleted', () => {
  const seed = Number(process.env.SEED ?? 1);
  const random = new Random(seed);
  const deleted = new DeletedContents('plan', nothingStored());
  const known = new Map<number, string>();
  const runs = Array.from({ length: 300 }, (_, i) => ({ clock: i * 5, length: 1 + random.below(5) }));
  while (runs.length > 0) {
    const { clock, length } = runs.splice(random.below(runs.length), 1)[0] ?? { clock: 0, length: 0 };
    const text = 'abcde'.slice(0, length);
    deleted.add([{ client: 1, clock, length, content: { kind: 'text', text, by: 'anna' } }]);
    for (let i = 0; i < length; i++) known.set(clock + i, text.slice(i));
    for (let tries = 0; tries < 20; tries++) {
      const at = random.below(1500);
      expect(deleted.text(1, at, 1), `seed ${seed}`).toBe(known.get(at)?.slice(0, 1) ?? '');
    }
  }
  expect([...deleted.pending()]).toHaveLength(300);
});

test.each([1000, 10_000])('P7: what was deleted just now in many pieces is found in a few looks (%i)', (many) => {
  let looks = 0;
  const deleted = new DeletedContents('plan', nothingStored());
  deleted.add(Array.from({ length: many }, (_, i) => watched(2 * i, 'a', () => looks++)));
  const found = Array.from({ length: many }, (_, i) => deleted.text(1, 2 * i, 1));
  expect(found.every((text) => text === 'a')).toBe(true);
  expect(looks).toBeLessThan(many * 2 * (5 + Math.log2(many)));
});
