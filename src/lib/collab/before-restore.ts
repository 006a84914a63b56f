import * as Y from 'yjs';
import { isRemoved } from '#domain/plan/read.ts';
import { PLAN_ROOTS } from '#domain/plan/schema.ts';
import type { KeptBefore } from './offline-store.ts';
import { titleOf, type UnsentText } from './unsent-text.ts';
import { idsOf, isWritten, replayWritten } from './unsent.ts';

/**
 * Words that somebody wrote before a restore and that the plan lacks; `hasPlace`: what they stood in is in the plan.
 */
export type LostText = UnsentText & { hasPlace: boolean };

/**
 * What the plan lacks of what was written in this browser: words, and the places of values besides (a status, a date).
 */
export type Lost = { texts: LostText[]; values: string[] };

/** Whether there is anything of it to put back or to copy. */
export const hasOwn = ({ texts, values }: Lost): boolean => texts.length + values.length > 0;

const ROOTS = Object.keys(PLAN_ROOTS);
/** Between passages of one text that others' words stood between. */
const BETWEEN = ' … ';

/** A plan as this browser had it before the plan was restored from a backup. */
export class BeforeRestore {
  readonly #doc = new Y.Doc();
  readonly #clients: ReadonlySet<number>;
  readonly #putBack: boolean;

  constructor({ updates, clients, putBack }: KeptBefore) {
    this.#clients = new Set(clients);
    this.#putBack = putBack;
    this.#doc.transact((transaction) => {
      for (const update of updates) Y.applyUpdate(this.#doc, update);
      // No tidying of Yjs's own.
      transaction.local = true;
    });
  }

  /** Whether it holds anything that the plan lacks, whoever wrote or deleted it. */
  isAheadOf(plan: Y.Doc): boolean {
    const both = new Y.Doc();
    Y.applyUpdate(both, Y.encodeStateAsUpdate(plan));
    let ahead = false;
    both.on('update', () => (ahead = true));
    Y.applyUpdate(both, Y.encodeStateAsUpdate(this.#doc));
    both.destroy();
    return ahead;
  }

  /** What the plan lacks and this browser's person has not put back. */
  lost(plan: Y.Doc): Lost {
    const lost: Lost = { texts: [], values: [] };
    const look = { known: idsOf(plan), clients: this.#clients, lost };
    for (const root of ROOTS) {
      const kept = this.#doc.getMap<unknown>(root);
      findLost(kept, { path: [root], item: root === 'meta' ? kept : null, there: plan.getMap<unknown>(root) }, look);
    }
    if (!this.#putBack) return lost;
    return { texts: lost.texts.filter(({ hasPlace }) => !hasPlace), values: [] };
  }

  /** Writes anew, under the plan's own client id, what has a place in it. */
  putBack(plan: Y.Doc, origin: object): void {
    replayWritten(this.#doc, plan, ROOTS, this.#clients, origin);
  }

  destroy(): void {
    this.#doc.destroy();
  }
}

type Look = { known: (id: Y.ID) => boolean; clients: ReadonlySet<number>; lost: Lost };
/**
 * `item`: the goal or action that we are in. `there`: the same map in the plan; 'new': it is put back with what is in
 * it; null: the plan lacks it, or it was removed.
 */
type Where = { path: string[]; item: Y.Map<unknown> | null; there: Y.Map<unknown> | 'new' | null };

function findLost(map: Y.Map<unknown>, where: Where, look: Look): void {
  const { known, clients, lost } = look;
  for (const [key, entry] of map._map) {
    if (entry.deleted) continue;
    const path = [...where.path, key];
    const own = !known(entry.id) && isWritten(key, entry, clients);
    const type = entry.content instanceof Y.ContentType ? entry.content.type : null;
    const there = counterpartOf(where.there, key, entry, own);
    if (type instanceof Y.Text) {
      const text = passages(type, look).join(BETWEEN).trim();
      const item = titleOf(where.item);
      if (text) lost.texts.push({ place: path.join('/'), item, text, hasPlace: there !== null });
    } else if (type instanceof Y.Map) {
      if (isRemoved(type as Y.Map<unknown>)) continue;
      const inside = there instanceof Y.Text ? null : there;
      findLost(type as Y.Map<unknown>, { path, item: where.item ?? (type as Y.Map<unknown>), there: inside }, look);
    } else if (own && where.there instanceof Y.Map) lost.values.push(path.join('/'));
  }
}

/** What stands in the plan where an entry stood: the very same type, or what is made anew. */
function counterpartOf(
  there: Where['there'],
  key: string,
  entry: Y.Item,
  own: boolean,
): Y.Text | Y.Map<unknown> | 'new' | null {
  if (there === null) return null;
  if (own) return 'new';
  const current = there === 'new' ? undefined : there._map.get(key);
  if (!current || current.deleted || current.id.client !== entry.id.client || current.id.clock !== entry.id.clock)
    return null;
  const type = current.content instanceof Y.ContentType ? current.content.type : null;
  if (type instanceof Y.Text) return type;
  return type instanceof Y.Map && !isRemoved(type as Y.Map<unknown>) ? (type as Y.Map<unknown>) : null;
}

/** Runs of text written under our client ids that the plan never saw. */
function passages(text: Y.Text, { known, clients }: Look): string[] {
  const found: string[] = [];
  let open = false;
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    const { str } = item.content;
    for (let offset = 0; offset < str.length; offset++) {
      const own = clients.has(item.id.client) && !known(Y.createID(item.id.client, item.id.clock + offset));
      if (own) found.push((open ? (found.pop() ?? '') : '') + (str[offset] ?? ''));
      open = own;
    }
  }
  return found;
}
