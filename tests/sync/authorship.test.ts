import { expect, onTestFailed, test } from 'vitest';
import { AuthorIndex } from '#domain/authorship.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import { ConnectedPage } from '../support/page.ts';
import { WRITERS } from '../support/letters.ts';
import { copiedItems, planContent, PlanWriter, wronglyCredited } from '../support/plan-writer.ts';
import { Random } from '../support/random.ts';

const SEEDS = process.env.SEED ? process.env.SEED.split(',').map(Number) : [1, 2, 3, 4, Date.now() % 1_000_000];
const STEPS = Number(process.env.STEPS ?? 250);

type Writer = PlanWriter<ConnectedPage>;

async function allAgree(engine: TestEngine, writers: Writer[]): Promise<void> {
  for (const { page } of writers) page.connect();
  await until(async () => {
    const shown = await engine.documents.read(engine.documentId, planContent);
    for (const { page } of writers) {
      expect(page.client.provider.synced).toBe(true);
      expect(planContent(page.doc)).toBe(shown);
    }
  }, 40_000);
}

test.each(SEEDS)('P1, C2: everybody keeps what they wrote (seed %i)', { timeout: 120_000 }, async (seed) => {
  onTestFailed(() => {
    process.stdout.write(`authorship: SEED=${seed} STEPS=${STEPS}\n`);
  });
  const engine = await startEngine();
  const dice = new Random(seed);
  const refused: unknown[] = [];
  const join = (person: string, organisation: string) => {
    engine.people.set(person, 'editor', organisation);
    return new PlanWriter(dice, person, organisation, (doc) => {
      const client = engine.connect(person, { doc });
      client.provider.on('closed', (close) => refused.push(close));
      return new ConnectedPage(client);
    });
  };
  const writers = WRITERS.map(([person, organisation]) => join(person, organisation));
  await Promise.all(writers.map(({ page }) => page.client.synced()));

  for (let step = 0; step < STEPS; step++) {
    dice.pick(writers).step();
    if (dice.below(4) === 0) await new Promise((resolve) => setTimeout(resolve, dice.below(3)));
    if (step % 80 === 79) await engine.restart();
    if (step === Math.floor(STEPS / 2)) {
      // Somebody comes to act for another organisation: under fresh client ids.
      await allAgree(engine, writers);
      const marta = writers.findIndex((writer) => writer.person === 'marta');
      writers[marta]?.page.close();
      writers[marta] = join('marta', 'ciems');
    }
  }
  await allAgree(engine, writers);
  expect(refused).toEqual([]);

  const index = new AuthorIndex();
  index.add(await engine.documents.authors(engine.documentId));
  const wrong = await engine.documents.read(engine.documentId, (doc) => wronglyCredited(doc, index));
  expect(wrong).toEqual([]);
  expect(await engine.documents.read(engine.documentId, copiedItems)).toEqual([]);
});
