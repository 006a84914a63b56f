import * as Y from 'yjs';
import { addAction } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { LoadClient } from './client.ts';
import type { Running } from './servers.ts';

// What is written: plans as people write them, one update a keystroke.

const WORDS = 'Kopā ar kaimiņiem sakopjam ciema parku, iestādām ābeles un ierīkojam soliņus pie upes. ';

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
 * Writes a plan of so many actions into a document of a server, with so many characters in each: phrases put in here
 * and there, so that the text consists of many pieces, as after months of editing. Returns the document's state.
 */
export function fill(server: Running, document: number, actions: number, charactersEach = 0): Promise<Uint8Array> {
  return add(server, document, (doc) => {
    for (let i = 0; i < actions; i++) {
      const body = bodyOf(doc, addAction(doc, { title: `Rīcība ${i}` }));
      for (let written = 0; written < charactersEach; written += WORDS.length) {
        body.insert(Math.floor((body.length - 1) * ((written * 0.618) % 1)), WORDS);
      }
    }
  });
}

/** Writes actions with these descriptions in one go. */
export function write(server: Running, document: number, bodies: readonly string[]): Promise<Uint8Array> {
  return add(server, document, (doc) => {
    for (const [i, text] of bodies.entries()) bodyOf(doc, addAction(doc, { title: `Rīcība ${i}` })).insert(0, text);
  });
}

/**
 * Changes a document of a server as one update. One client stays in the document until the server stops: a peer without
 * storage would forget it when it is left.
 */
async function add(server: Running, document: number, change: (doc: Y.Doc) => void): Promise<Uint8Array> {
  const client = new LoadClient(server, document, 0);
  const doc = new Y.Doc();
  await client.opened;
  Y.applyUpdate(doc, client.document());
  const known = Y.encodeStateVector(doc);
  change(doc);
  const stays = new LoadClient(server, document, 1);
  await stays.opened;
  const arrived = new Promise<void>((resolve) => (stays.onUpdate = () => resolve()));
  client.send(Y.encodeStateAsUpdate(doc, known));
  await arrived;
  client.close();
  return Y.encodeStateAsUpdate(doc);
}

function bodyOf(doc: Y.Doc, action: string): Y.Text {
  const body = planRoots(doc).actions.get(action)?.get('body');
  if (!(body instanceof Y.Text)) throw new Error('An action has no description');
  return body;
}
