import * as Y from 'yjs';
import { authoredText, type Author, type AuthorIndex } from '#domain/authorship.ts';
import { addAction, addFunding, removeAction, removeFunding, setAction, setOrganisation } from '#domain/plan/edit.ts';
import { planRoots, presentItem, presentItems } from '#domain/plan/read.ts';
import { STATUSES } from '#domain/plan/schema.ts';
import { editOnce } from './body-editor.ts';
import { ALPHABETS, authorOfLetter, textsOf } from './letters.ts';
import type { Random } from './random.ts';

/** A browser page: its document, and its line to the server. */
export type Page = { doc: Y.Doc; connect(): void; disconnect(): void; close(): void };

/** How items go: as the app does it, or as a program may that knows no removal and deletes their maps. */
export type Going = 'removed' | 'deleted';

/** Somebody who does random things to a plan: types, deletes, formats, undoes, goes offline, loads the page anew. */
export class PlanWriter<P extends Page> {
  page: P;
  readonly person: string;
  readonly organisation: string;
  readonly #open: (doc: Y.Doc) => P;
  readonly #random: Random;
  readonly #going: Going;
  readonly #origin = {};
  #undo: Y.UndoManager;

  constructor(random: Random, person: string, organisation: string, open: (doc: Y.Doc) => P, going: Going = 'removed') {
    this.#random = random;
    this.#going = going;
    this.person = person;
    this.organisation = organisation;
    this.#open = open;
    this.page = open(new Y.Doc());
    this.#undo = this.#remember();
  }

  step(): void {
    const random = this.#random;
    const origin = this.#origin;
    const { doc } = this.page;
    const actions = Array.from(presentItems(planRoots(doc).actions), ([id]) => id);
    const action = anyOf(random, actions);
    // In what was removed, too: others have it open still, or have not heard of it.
    const text = anyOf(random, textsOf(doc));
    const choice = random.below(100);
    if (choice < 4 || !action || !text) {
      if (actions.length < 6) addAction(doc, { title: this.#letters(3), status: 'planned' }, {}, origin);
    } else if (choice < 30) {
      const body = presentItem(planRoots(doc).actions, action)?.get('body');
      if (!(body instanceof Y.Text)) {
        // Undo can bring half of a deleted map back; the server's repairs give it what it lacks.
        if (this.#going === 'deleted') return;
        throw new Error('An action has no description');
      }
      editOnce(body, { origin, undoManager: this.#undo }, random, (count) => this.#letters(count));
    } else if (choice < 45) {
      const at = random.below(text.length + 1);
      doc.transact(() => text.insert(at, this.#letters(1 + random.below(4))), origin);
    } else if (choice < 60) {
      const from = random.below(text.length + 1);
      doc.transact(() => text.delete(from, Math.min(random.below(6), text.length - from)), origin);
    } else if (choice < 65) {
      const from = random.below(text.length + 1);
      const length = Math.min(1 + random.below(5), text.length - from);
      doc.transact(() => text.format(from, length, { bold: random.pick([true, null]) }), origin);
    } else if (choice < 80) {
      if (random.below(3) > 0) this.#undo.undo();
      else this.#undo.redo();
    } else if (choice < 83) {
      if (this.#going === 'removed') removeAction(doc, action, origin);
      else doc.transact(() => planRoots(doc).actions.delete(action), origin);
    } else if (choice < 86) {
      const funding = presentItem(planRoots(doc).actions, action)?.get('funding');
      const line = anyOf(
        random,
        Array.from(presentItems(funding), ([id]) => id),
      );
      if (line && random.below(2) === 0) {
        if (this.#going === 'removed') removeFunding(doc, action, line, origin);
        else doc.transact(() => (funding as Y.Map<unknown>).delete(line), origin);
      } else addFunding(doc, action, { cents: random.below(100) }, this.#letters(2), origin);
    } else if (choice < 89) setAction(doc, action, { status: random.pick(STATUSES) }, origin);
    else if (choice < 91) setOrganisation(doc, action, 'partners', 'org', random.below(2) === 0, origin);
    else if (choice < 94) this.#undo.stopCapturing();
    else if (choice < 97) this.page.disconnect();
    else if (choice < 99) this.page.connect();
    else this.#reload();
  }

  /** A new page on what the browser kept, which has forgotten its undo steps. */
  #reload(): void {
    const kept = Y.encodeStateAsUpdate(this.page.doc);
    this.#undo.destroy();
    this.page.close();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, kept);
    this.page = this.#open(doc);
    this.#undo = this.#remember();
  }

  #remember(): Y.UndoManager {
    const { goals, actions, meta } = planRoots(this.page.doc);
    return new Y.UndoManager([goals, actions, meta], {
      captureTimeout: this.#random.pick([0, 100_000]),
      trackedOrigins: new Set([this.#origin]),
    });
  }

  #letters(count: number): string {
    const alphabet = ALPHABETS[`${this.person}/${this.organisation}`] ?? '';
    return Array.from({ length: count }, () => this.#random.pick([...alphabet])).join('');
  }
}

function anyOf<T>(random: Random, values: readonly T[]): T | null {
  return values.length > 0 ? random.pick(values) : null;
}

/** Items whose map is not the one they were added with: what was deleted came back as a copy. */
export function copiedItems(doc: Y.Doc): string[] {
  const { goals, actions } = planRoots(doc);
  const copied: string[] = [];
  const visit = (items: unknown) => {
    if (!(items instanceof Y.Map)) return;
    for (const [id, entry] of items._map) if (entry.deleted || entry.origin !== null) copied.push(id);
  };
  visit(goals);
  visit(actions);
  for (const action of actions.values()) for (const kind of ['funding', 'indicators']) visit(action.get(kind));
  return copied;
}

/** A plan as comparable text. */
export function planContent(doc: Y.Doc): string {
  return JSON.stringify(
    Object.values(planRoots(doc)).map((root) => (root as Y.Map<unknown>).toJSON()),
    (_key, value: unknown) =>
      value && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
  );
}

/** The letters of a plan that are not credited to whoever alone types them. */
export function wronglyCredited(doc: Y.Doc, index: AuthorIndex): { letter: string; author: Author | null }[] {
  return textsOf(doc).flatMap((text) =>
    authoredText(text, index).flatMap(({ text: part, author }) => {
      const credited = author && `${author.person}/${author.organisation}`;
      return [...part]
        .filter((letter) => (authorOfLetter(letter) ?? null) !== credited && authorOfLetter(letter) !== undefined)
        .map((letter) => ({ letter, author }));
    }),
  );
}
