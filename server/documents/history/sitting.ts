import * as Y from 'yjs';
import type { ChangeSet, FieldChange, ItemChange, PlainValue } from '#domain/history.ts';
import { readText, planRoots } from '#domain/plan/read.ts';
import type { RecordedRow } from '../ledger/chunk.ts';
import { IdText } from './id-text.ts';
import type { ItemPresence, RowChange } from './row-change.ts';

type TextState = {
  kind: 'text';
  path: string[];
  texts: Set<Y.Text>;
  added: IdText;
  deleted: IdText;
  restored: IdText;
  formatted: boolean;
};
type ValueState = { kind: 'value'; path: string[]; before: PlainValue; after: PlainValue };
type PresenceState = { kind: 'presence'; path: string[]; before: ItemPresence; after: ItemPresence };

/** A change set that is being put together, row by row. */
export class Sitting {
  readonly personId: string | null;
  readonly organisationId: string | null;
  readonly from: number;
  readonly fromSeq: number;
  to: number;
  toSeq: number;
  readonly #fields = new Map<string, TextState | ValueState | PresenceState>();

  constructor({ actorId, organisationId, at, seq }: RecordedRow) {
    this.personId = actorId;
    this.organisationId = organisationId;
    this.from = this.to = at;
    this.fromSeq = this.toSeq = seq;
  }

  isOf({ actorId, organisationId }: RecordedRow): boolean {
    return this.personId === actorId && this.organisationId === organisationId;
  }

  /** Whether it changed a plain field, or whether something is there, that a row changes too. */
  shares({ values, presences }: RowChange): boolean {
    return (
      values.some(({ path }) => this.#fields.has(keyOf('value', path))) ||
      presences.some(({ path }) => this.#fields.has(keyOf('presence', path)))
    );
  }

  add({ at, seq }: RecordedRow, { texts, values, presences }: RowChange): void {
    this.to = Math.max(this.to, at);
    this.toSeq = seq;
    for (const { path, before, after } of values) {
      const known = this.#fields.get(keyOf('value', path));
      if (known?.kind === 'value') known.after = after;
      else this.#fields.set(keyOf('value', path), { kind: 'value', path, before, after });
    }
    for (const { path, before, after } of presences) {
      const known = this.#fields.get(keyOf('presence', path));
      if (known?.kind === 'presence') known.after = after;
      else this.#fields.set(keyOf('presence', path), { kind: 'presence', path, before, after });
    }
    for (const { path, text, kind, run } of texts) {
      const field = this.#textAt(path);
      field.texts.add(text);
      if (kind === 'formatted') field.formatted = true;
      else if (kind !== 'deleted') field[kind].add(run);
      else {
        const foreign = field.added.take(run).flatMap((part) => field.restored.take(part));
        for (const part of foreign) field.deleted.add(part);
      }
    }
  }

  /** @param doc the document at or after its last row */
  finish(doc: Y.Doc): ChangeSet {
    const { personId, organisationId, from, to, fromSeq, toSeq } = this;
    const items = new Map<string, ItemChange>();
    for (const state of this.#fields.values()) {
      const field = fieldOf(state);
      if (!field) continue;
      const { kind, id, rest } = split(state.path);
      const key = `${kind} ${id}`;
      const item = items.get(key) ?? { kind, id, title: titleOf(doc, kind, id), fields: [] };
      items.set(key, item);
      item.fields.push({ ...field, path: rest });
    }
    return { personId, organisationId, from, to, fromSeq, toSeq, items: [...items.values()] };
  }

  #textAt(path: string[]): TextState {
    const key = keyOf('text', path);
    const known = this.#fields.get(key);
    if (known?.kind === 'text') return known;
    const added = new IdText();
    const made: TextState = {
      kind: 'text',
      path,
      texts: new Set(),
      added,
      deleted: new IdText(),
      restored: new IdText(),
      formatted: false,
    };
    this.#fields.set(key, made);
    return made;
  }
}

function keyOf(kind: FieldChange['kind'], path: readonly string[]): string {
  return `${kind} ${path.join('/')}`;
}

/** What is left of a field's changes at the end; null when that is nothing. */
function fieldOf(state: TextState | ValueState | PresenceState): FieldChange | null {
  const { path } = state;
  switch (state.kind) {
    case 'value':
      return state.before === state.after ? null : { kind: 'value', path, from: state.before, to: state.after };
    case 'presence': {
      const { before, after } = state;
      if (before !== 'present' && after === 'present') {
        return { kind: 'presence', path, change: before === 'absent' ? 'added' : 'brought-back' };
      }
      return before === 'present' && after !== 'present' ? { kind: 'presence', path, change: 'removed' } : null;
    }
    case 'text': {
      const { texts, added, deleted, restored, formatted } = state;
      if (added.isEmpty && deleted.isEmpty && restored.isEmpty && !formatted) return null;
      const passages = (text: IdText) => (text.isEmpty ? [] : text.passages(texts));
      return {
        kind: 'text',
        path,
        added: passages(added),
        deleted: passages(deleted),
        restored: passages(restored),
        formatted,
      };
    }
  }
}

function split(path: readonly string[]): { kind: ItemChange['kind']; id: string | null; rest: string[] } {
  const [root, id = null, ...rest] = path;
  if (root === 'goals') return { kind: 'goal', id, rest };
  if (root === 'actions') return { kind: 'action', id, rest };
  return { kind: 'plan', id: null, rest: path.slice(1) };
}

function titleOf(doc: Y.Doc, kind: ItemChange['kind'], id: string | null): string {
  const { meta, goals, actions } = planRoots(doc);
  if (id === null) return readText(meta.get('title'));
  // Also between a change and its repair, when anything may stand there.
  const item: unknown = (kind === 'goal' ? goals : actions).get(id);
  return item instanceof Y.Map ? readText(item.get('title')) : '';
}
