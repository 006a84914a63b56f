import * as Y from 'yjs';
import type { Actor } from '../documents/actor.ts';
import type { Documents, LocalWriter } from '../documents/documents.ts';

const PATIENCE_MS = 30_000;

/** Several people who write one document through the gate, each in a document of their own, as browsers do. */
export type Troupe<Name extends string> = {
  doc(name: Name): Y.Doc;
  /** Resolves when all that was written is durable and everybody has it. Rejects when the gate refused something. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

export async function gather<Name extends string>(
  documents: Documents,
  documentId: string,
  actors: ReadonlyMap<Name, Actor>,
): Promise<Troupe<Name>> {
  const writers = new Map<Name, LocalWriter>();
  for (const [name, actor] of actors) writers.set(name, await documents.join(documentId, actor));
  const all = [...writers.values()];
  return {
    doc(name) {
      const writer = writers.get(name);
      if (!writer) throw new Error(`${name} does not write this document`);
      return writer.doc;
    },
    async settle() {
      await Promise.all(all.map((writer) => writer.saved()));
      const newest = latest(all.map((writer) => writer.doc));
      await Promise.all(all.map((writer) => caughtUp(writer.doc, newest)));
    },
    async close() {
      await Promise.all(all.map((writer) => writer.close()));
    },
  };
}

/** The next clock of every client id that any of the documents knows. */
function latest(docs: Y.Doc[]): Map<number, number> {
  const clocks = new Map<number, number>();
  for (const doc of docs) {
    for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
      clocks.set(client, Math.max(clock, clocks.get(client) ?? 0));
    }
  }
  return clocks;
}

function caughtUp(doc: Y.Doc, clocks: ReadonlyMap<number, number>): Promise<void> {
  const has = () => [...clocks].every(([client, clock]) => Y.getState(doc.store, client) >= clock);
  if (has()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const done = () => {
      doc.off('update', check);
      clearTimeout(timer);
    };
    const check = () => {
      if (!has()) return;
      done();
      resolve();
    };
    const timer = setTimeout(() => {
      done();
      reject(new Error('A writer did not receive what the others wrote'));
    }, PATIENCE_MS);
    doc.on('update', check);
  });
}
