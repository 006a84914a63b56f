import { expect, onTestFailed, test } from 'vitest';
import * as Y from 'yjs';
import { AuthorIndex, authoredText } from '#domain/authorship.ts';
import { addAction, addFunding, deleteAction, deleteFunding, setAction, setOrganisation } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { STATUSES } from '#domain/plan/schema.ts';
import { editOnce } from '../support/body-editor.ts';
import type { TestClient } from '../support/clients.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import { Random } from '../support/random.ts';

// Everybody types only letters of their own, so that the surviving characters themselves say who wrote them: the
// oracle needs nothing of the product.
const ALPHABETS: Record<string, string> = {
  'anna/pagasts': 'abcd',
  'juris/pagasts': 'jkmo',
  'ieva/biedriba': 'tuvw',
  'marta/biedriba': 'efgh',
  'marta/ciems': 'EFGH',
};
const LETTERS = Object.values(ALPHABETS).join('');
const SEEDS = process.env.SEED ? process.env.SEED.split(',').map(Number) : [1, 2, 3, 4];
const STEPS = Number(process.env.STEPS ?? 250);

class Writer {
  client: TestClient;
  undo: Y.UndoManager;
  readonly origin = {};
  readonly person: string;
  organisation: string;
  readonly #engine: TestEngine;
  readonly #random: Random;

  constructor(engine: TestEngine, random: Random, person: string, organisation: string) {
    this.#engine = engine;
    this.#random = random;
    this.person = person;
    this.organisation = organisation;
    [this.client, this.undo] = this.#open(new Y.Doc());
  }

  /** A new page on what the browser kept, which has forgotten its undo steps. */
  reload(): void {
    const kept = Y.encodeStateAsUpdate(this.client.doc);
    this.undo.destroy();
    this.client.provider.destroy();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, kept);
    [this.client, this.undo] = this.#open(doc);
  }

  #open(doc: Y.Doc): [TestClient, Y.UndoManager] {
    const client = this.#engine.connect(this.person, { doc });
    const { goals, actions, meta } = planRoots(doc);
    const undo = new Y.UndoManager([goals, actions, meta], {
      captureTimeout: this.#random.pick([0, 100_000]),
      trackedOrigins: new Set([this.origin]),
    });
    return [client, undo];
  }

  letters(count: number): string {
    const alphabet = ALPHABETS[`${this.person}/${this.organisation}`] ?? '';
    return Array.from({ length: count }, () => this.#random.pick([...alphabet])).join('');
  }

  step(): void {
    const random = this.#random;
    const { doc } = this.client;
    const actions = [...planRoots(doc).actions.keys()];
    const action = actions.length > 0 ? random.pick(actions) : null;
    const text = anyOf(random, texts(doc));
    const choice = random.below(100);
    if (choice < 4 || !action || !text) {
      if (actions.length < 6) addAction(doc, { title: this.letters(3), status: 'planned' }, {}, this.origin);
    } else if (choice < 30) {
      const body = planRoots(doc).actions.get(action)?.get('body');
      if (!(body instanceof Y.Text)) throw new Error('An action has no description');
      editOnce(body, { origin: this.origin, undoManager: this.undo }, random, (count) => this.letters(count));
    } else if (choice < 45) {
      const at = random.below(text.length + 1);
      doc.transact(() => text.insert(at, this.letters(1 + random.below(4))), this.origin);
    } else if (choice < 60) {
      const from = random.below(text.length + 1);
      doc.transact(() => text.delete(from, Math.min(random.below(6), text.length - from)), this.origin);
    } else if (choice < 65) {
      const from = random.below(text.length + 1);
      const length = Math.min(1 + random.below(5), text.length - from);
      doc.transact(() => text.format(from, length, { bold: random.pick([true, null]) }), this.origin);
    } else if (choice < 80) {
      if (random.below(3) > 0) this.undo.undo();
      else this.undo.redo();
    } else if (choice < 83) deleteAction(doc, action, this.origin);
    else if (choice < 86) {
      const funding = planRoots(doc).actions.get(action)?.get('funding');
      const lines = funding instanceof Y.Map ? [...funding.keys()] : [];
      const line = anyOf(random, lines);
      if (line && random.below(2) === 0) deleteFunding(doc, action, line, this.origin);
      else addFunding(doc, action, { cents: random.below(100) }, this.letters(2), this.origin);
    } else if (choice < 89) setAction(doc, action, { status: random.pick(STATUSES) }, this.origin);
    else if (choice < 91) setOrganisation(doc, action, 'partners', 'org', random.below(2) === 0, this.origin);
    else if (choice < 94) this.undo.stopCapturing();
    else if (choice < 97) this.client.provider.disconnect();
    else if (choice < 99) this.client.provider.connect();
    else this.reload();
  }
}

function anyOf<T>(random: Random, values: readonly T[]): T | null {
  return values.length > 0 ? random.pick(values) : null;
}

/** Every Y.Text in a plan. */
function texts(doc: Y.Doc): Y.Text[] {
  const found: Y.Text[] = [];
  const visit = (value: unknown) => {
    if (value instanceof Y.Text) found.push(value);
    else if (value instanceof Y.Map) for (const inner of value.values()) visit(inner);
  };
  for (const root of Object.values(planRoots(doc))) visit(root);
  return found;
}

function content(doc: Y.Doc): string {
  return JSON.stringify(
    Object.values(planRoots(doc)).map((root) => (root as Y.Map<unknown>).toJSON()),
    (_key, value: unknown) =>
      value && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
  );
}

async function allAgree(engine: TestEngine, writers: Writer[]): Promise<void> {
  for (const { client } of writers) client.provider.connect();
  await until(async () => {
    const shown = await engine.documents.read(engine.documentId, content);
    for (const { client } of writers) {
      expect(client.provider.synced).toBe(true);
      expect(content(client.doc)).toBe(shown);
    }
  }, 40_000);
}

test.each(SEEDS)('everybody keeps what they wrote (seed %i)', { timeout: 120_000 }, async (seed) => {
  onTestFailed(() => {
    process.stdout.write(`authorship: SEED=${seed} STEPS=${STEPS}\n`);
  });
  const engine = await startEngine();
  const dice = new Random(seed);
  const refused: unknown[] = [];
  const join = (person: string, organisation: string) => {
    engine.people.set(person, 'editor', organisation);
    const writer = new Writer(engine, dice, person, organisation);
    writer.client.provider.on('closed', (close) => refused.push(close));
    return writer;
  };
  const writers = [
    join('anna', 'pagasts'),
    join('anna', 'pagasts'),
    join('juris', 'pagasts'),
    join('ieva', 'biedriba'),
    join('marta', 'biedriba'),
  ];
  await Promise.all(writers.map(({ client }) => client.synced()));

  for (let step = 0; step < STEPS; step++) {
    dice.pick(writers).step();
    if (dice.below(4) === 0) await new Promise((resolve) => setTimeout(resolve, dice.below(3)));
    if (step % 80 === 79) await engine.restart();
    if (step === Math.floor(STEPS / 2)) {
      // Somebody comes to act for another organisation: under fresh client ids.
      await allAgree(engine, writers);
      const marta = writers.findIndex((writer) => writer.person === 'marta');
      writers[marta]?.client.provider.destroy();
      writers[marta] = join('marta', 'ciems');
    }
  }
  await allAgree(engine, writers);
  expect(refused).toEqual([]);

  const index = new AuthorIndex();
  index.add(await engine.documents.authors(engine.documentId));
  const wrong = await engine.documents.read(engine.documentId, (doc) =>
    texts(doc).flatMap((text) =>
      authoredText(text, index).flatMap(({ text: part, author }) => {
        const alphabet = (author && ALPHABETS[`${author.person}/${author.organisation}`]) ?? '';
        return [...part].filter((c) => LETTERS.includes(c) && !alphabet.includes(c)).map((c) => ({ c, author, part }));
      }),
    ),
  );
  expect(wrong).toEqual([]);
});
