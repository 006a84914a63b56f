import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdText, type TextRun } from './id-text.ts';

/** Runs of two clients; the letter under an id tells which id it is. */
const run = fc
  .tuple(fc.constantFrom(1, 2), fc.nat(25), fc.integer({ min: 1, max: 8 }))
  .map(([client, clock, length]): TextRun => ({ client, clock, text: lettersFrom(client, clock, length) }));

function lettersFrom(client: number, clock: number, length: number): string {
  return Array.from({ length }, (_, i) => String.fromCharCode((client === 1 ? 0x41 : 0x4e00) + clock + i)).join('');
}

const idsOf = (runs: readonly TextRun[]) =>
  runs.flatMap(({ client, clock, text }) => [...text].map((letter, i) => `${client}:${clock + i} ${letter}`));

test('text by its ids is put in, taken out and found as it would be id by id', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('add', 'take', 'within'), run), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (all) => {
      const text = new IdText();
      const model = new Set<string>();
      for (const [step, part] of all) {
        const ids = idsOf([part]);
        if (step === 'take') {
          expect(idsOf(text.take(part))).toEqual(ids.filter((id) => !model.has(id)));
          for (const id of ids) model.delete(id);
        } else if (step === 'within') {
          const found = text.within(part.client, part.clock, part.text.length);
          expect(idsOf(found)).toEqual(ids.filter((id) => model.has(id)));
        } else if (!ids.some((id) => model.has(id))) {
          text.add(part);
          for (const id of ids) model.add(id);
        }
        expect(text.isEmpty).toBe(model.size === 0);
      }
    }),
    { numRuns: 2000 },
  );
});
