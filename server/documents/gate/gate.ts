import * as Y from 'yjs';
import type { GateLimits } from '../limits.ts';
import { decodeUpdate } from './decode.ts';
import { placeStructs, SERVER_ROOT, type Roots } from './place.ts';
import type { DeleteRange, Section } from './structs.ts';
import { trimUpdate } from './trim.ts';
import { Violation, type Refused } from './violation.ts';

/** What the gate needs to know of a document. Nothing of it is changed. */
export type GateContext = {
  /** The live document. */
  doc: Y.Doc;
  /** Who owns a Yjs client id in this document; null: nobody yet. */
  ownerOf(client: number): string | 'server' | null;
  /** Root types that may be written. */
  roots: Roots;
  limits: GateLimits;
  /** About how many bytes the document's encoded state takes now. */
  documentBytes: number;
};

export type Accepted = {
  kind: 'accept';
  /**
   * What to apply, keep and send on: the update without what the document already has. The very bytes that came in
   * when all of them are new.
   */
  update: Uint8Array;
  /** Client ids under which something new comes. Those that nobody owns are to be claimed before it is shown. */
  clients: Set<number>;
};

export type Verdict =
  | Accepted
  /** Something that it depends on is missing. No offence: answer with sync step 1. */
  | { kind: 'gap' }
  /** The document has all of it: an echo. */
  | { kind: 'nothing' }
  | Refused;

/**
 * Decides about one update (encoding V1) by the rules of SPEC.md: all of it is accepted or none. Pure. An accepted
 * update goes through `Y.applyUpdate` without an error and without a rest that is left pending.
 */
export function inspectUpdate(update: Uint8Array, actor: { personId: string }, context: GateContext): Verdict {
  try {
    return inspect(update, actor.personId, context);
  } catch (error) {
    if (error instanceof Violation) return error.refusal;
    throw error;
  }
}

function inspect(update: Uint8Array, personId: string, context: GateContext): Verdict {
  const { doc, limits } = context;
  const { sections, deletes } = decodeUpdate(update, (client) => Y.getState(doc.store, client), limits);
  const changed = sections.filter((section) => section.fresh.length > 0);
  checkOwners(changed, personId, context);
  if (!placeStructs(changed, { doc, roots: context.roots, nesting: limits.nesting })) return { kind: 'gap' };

  const ends = new Map(changed.map((section) => [section.client, section.end]));
  const server = deletes.length > 0 ? serverEntries(doc) : [];
  const wanted: DeleteRange[] = [];
  for (const range of deletes) {
    const end = range.clock + range.length;
    const state = Y.getState(doc.store, range.client);
    if (end > state && end > (ends.get(range.client) ?? 0)) return { kind: 'gap' };
    const hits = hitsLive(doc, range, state);
    if (hits && server.some((item) => item.id.client === range.client && within(item.id.clock, range))) {
      throw new Violation('server-only', 'G19: entry of the server');
    }
    if (hits || end > state) wanted.push(range);
  }

  if (changed.length === 0 && wanted.length === 0) return { kind: 'nothing' };
  checkSize(changed, context);
  return {
    kind: 'accept',
    update: isWhole(sections, changed, deletes, wanted) ? update : trimUpdate(update, changed, wanted),
    clients: new Set(changed.map((section) => section.client)),
  };
}

function checkOwners(changed: Section[], personId: string, context: GateContext): void {
  for (const { client } of changed) {
    const owner = context.ownerOf(client);
    if (owner !== null && owner !== personId) throw new Violation('client-id', "G12: another's client id");
  }
}

function checkSize(changed: Section[], { documentBytes, limits }: GateContext): void {
  let bytes = documentBytes;
  for (const section of changed) bytes += section.to - section.from;
  if (changed.length > 0 && bytes > limits.documentBytes) throw new Violation('too-large', 'G21: document too large');
}

/** The entries that only the server sets, as they are now. */
function serverEntries(doc: Y.Doc): Y.Item[] {
  const root = doc.share.get(SERVER_ROOT);
  return root ? [...root._map.values()].filter((item) => !item.deleted) : [];
}

/** Whether a delete range covers something known that is not deleted yet. */
function hitsLive(doc: Y.Doc, range: DeleteRange, state: number): boolean {
  if (range.clock >= state) return false;
  const structs = doc.store.clients.get(range.client) ?? [];
  for (let index = Y.findIndexSS(structs, range.clock); index < structs.length; index++) {
    const struct = structs[index];
    if (!struct || struct.id.clock >= range.clock + range.length) return false;
    if (!struct.deleted) return true;
  }
  return false;
}

function within(clock: number, range: DeleteRange): boolean {
  return clock >= range.clock && clock < range.clock + range.length;
}

/** Whether the document has nothing of an update yet. */
function isWhole(sections: Section[], changed: Section[], deletes: DeleteRange[], wanted: DeleteRange[]): boolean {
  return (
    sections.length === changed.length &&
    deletes.length === wanted.length &&
    changed.every((section) => !section.partly)
  );
}
