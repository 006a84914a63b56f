import * as Y from 'yjs';
import { addAction } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { LoadClient } from './client.ts';
import type { Running } from './servers.ts';

// What is written: plans as people write them, one update a keystroke.

const WORDS = 'Kopā ar kaimiņiem sakopjam ciema parku, iestādām ābeles un ierīkojam soliņus pie upes. ';

/** A plan with so many actions under its own client id, as one update that follows `before`. */
export function planOf(before: Uint8Array, actions: number, charactersEach = 0): { update: Uint8Array; doc: Y.Doc } {
  const doc = new Y.Doc();
  if (before.length > 2) Y.applyUpdate(doc, before);
  const known = Y.encodeStateVector(doc);
  for (let i = 0; i < actions; i++) {
    const body = bodyOf(doc, addAction(doc, { title: `Rīcība ${i}` }));
    // Phrases put in here and there, so that the text consists of many pieces, as after months of editing.
    for (let written = 0; written < charactersEach; written += WORDS.length) {
      body.insert(Math.floor((body.length - 1) * ((written * 0.618) % 1)), WORDS);
    }
  }
  return { update: Y.encodeStateAsUpdate(doc, known), doc };
}

/** So many keystrokes of one writer in the description of one action. */
export function keystrokes(state: Uint8Array, action: number, count: number): Uint8Array[] {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  const ids = [...planRoots(doc).actions.keys()];
  const body = bodyOf(doc, ids[action % ids.length] ?? '');
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (let i = 0; i < count; i++) body.insert(body.length - 1, WORDS.charAt(i % WORDS.length));
  return updates;
}

/**
 * Writes a plan into a document of a server and returns its state. One client stays in the document until the server
 * stops: a peer without storage would forget it when it is left.
 */
export async function fill(
  server: Running,
  document: number,
  actions: number,
  charactersEach = 0,
): Promise<Uint8Array> {
  const client = new LoadClient(server, document, 0);
  const before = await client.opened;
  const { update, doc } = planOf(before, actions, charactersEach);
  const witness = new LoadClient(server, document, 1);
  await witness.opened;
  const arrived = new Promise<void>((resolve) => (witness.onUpdate = () => resolve()));
  client.send(update);
  await arrived;
  client.close();
  return Y.encodeStateAsUpdate(doc);
}

function bodyOf(doc: Y.Doc, action: string): Y.Text {
  const body = planRoots(doc).actions.get(action)?.get('body');
  if (!(body instanceof Y.Text)) throw new Error('An action has no description');
  return body;
}
