import * as Y from 'yjs';
import { addAction, removeAction, restoreAction } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import type { Documents, LocalWriter } from '#server/documents/documents.ts';
import { inOneUpdate } from './in-one-update.ts';
import { ALPHABETS, textsOf } from './letters.ts';
import type { Random } from './random.ts';

const ORIGIN = {};

/** Characters from which on what is pasted is old. */
const LEAST = 20;

type Desk = { documentId: string; writer: LocalWriter; undo: Y.UndoManager };

/**
 * Somebody at work in several documents: types, deletes, cuts, pastes, drags, undoes, now and then without network.
 * Whoever has no letters of their own only moves what others wrote.
 */
export class PlanMover {
  readonly #random: Random;
  readonly #letters: readonly string[];
  readonly #desks: readonly Desk[];
  /** What was cut last: longer than what makes it old. */
  #clipboard: string | null = null;
  /** Documents in which they wrote something of their own. */
  readonly contributed = new Set<string>();

  private constructor(random: Random, author: string, desks: readonly Desk[]) {
    this.#random = random;
    this.#letters = [...(ALPHABETS[author] ?? '')];
    this.#desks = desks;
  }

  static async join(
    random: Random,
    documents: Documents,
    ids: readonly string[],
    personId: string,
    organisationId: string,
  ): Promise<PlanMover> {
    const desks: Desk[] = [];
    for (const documentId of ids) {
      const writer = await documents.join(documentId, { personId, organisationId });
      const { actions, meta } = planRoots(writer.doc);
      const captureTimeout = random.pick([0, 100_000]);
      const undo = new Y.UndoManager([actions, meta], { trackedOrigins: new Set([ORIGIN]), captureTimeout });
      desks.push({ documentId, writer, undo });
    }
    return new PlanMover(random, `${personId}/${organisationId}`, desks);
  }

  async step(): Promise<void> {
    const random = this.#random;
    const desk = random.pick(this.#desks);
    const choice = random.below(100);
    if (choice < 35 && this.#letters.length > 0) this.#write(desk);
    else if (choice < 45) this.#erase(desk);
    else if (choice < 60) await this.#cut(desk);
    else if (choice < 78) this.#paste(desk);
    else if (choice < 84) await this.#drag(desk);
    else if (choice < 95) {
      if (random.below(3) > 0) desk.undo.undo();
      else desk.undo.redo();
    } else this.#removeOrBringBack(desk);
  }

  async saved(): Promise<void> {
    for (const { writer } of this.#desks) await writer.saved();
  }

  async close(): Promise<void> {
    for (const { writer, undo } of this.#desks) {
      undo.destroy();
      await writer.close();
    }
  }

  #write({ documentId, writer: { doc } }: Desk): void {
    const random = this.#random;
    this.contributed.add(documentId);
    if (planRoots(doc).actions.size < 4 || random.chance(0.02)) {
      addAction(doc, { title: this.#own(5) }, {}, ORIGIN);
    } else if (random.chance(0.2)) {
      inOneUpdate(doc, (copy) => {
        for (let i = 0; i < 4; i++) this.#type(copy);
      });
    } else this.#type(doc);
  }

  #type(doc: Y.Doc): void {
    const text = this.#random.pick(textsOf(doc));
    const words = this.#own(1 + this.#random.below(12));
    doc.transact(() => text.insert(this.#random.below(text.length + 1), words), ORIGIN);
  }

  #erase({ writer: { doc } }: Desk): void {
    const text = this.#random.pick(textsOf(doc));
    const at = this.#random.below(text.length + 1);
    doc.transact(() => text.delete(at, Math.min(this.#random.below(6), text.length - at)), ORIGIN);
  }

  /** What others delete in it at the same moment is not this person's cut: they see the newest text. */
  async #cut(desk: Desk): Promise<void> {
    await desk.writer.saved();
    const { doc } = desk.writer;
    const part = this.#part(doc);
    if (!part) return;
    doc.transact(() => part.text.delete(part.at, part.words.length), ORIGIN);
    this.#clipboard = part.words;
  }

  #paste({ writer: { doc }, documentId }: Desk): void {
    const random = this.#random;
    if (this.#clipboard === null) return;
    const from = random.below(this.#clipboard.length - LEAST + 1);
    const words = random.chance(0.5) ? this.#clipboard : this.#clipboard.slice(from, from + LEAST + random.below(20));
    const around = random.chance(0.3) ? this.#own(3) : '';
    if (around !== '') this.contributed.add(documentId);
    const text = random.pick(textsOf(doc));
    const at = random.below(text.length + 1);
    const half = random.below(words.length);
    doc.transact(() => {
      if (random.chance(0.5)) text.insert(at, around + words + around);
      else {
        text.applyDelta([
          { retain: at },
          { insert: around + words.slice(0, half) },
          { insert: words.slice(half), attributes: { bold: true } },
        ]);
      }
    }, ORIGIN);
  }

  async #drag(desk: Desk): Promise<void> {
    await desk.writer.saved();
    const { doc } = desk.writer;
    const part = this.#part(doc);
    if (!part) return;
    const target = this.#random.pick(textsOf(doc));
    doc.transact(() => {
      part.text.delete(part.at, part.words.length);
      target.insert(this.#random.below(target.length + 1), part.words);
    }, ORIGIN);
  }

  #part(doc: Y.Doc): { text: Y.Text; at: number; words: string } | null {
    const long = textsOf(doc).filter((text) => text.length >= LEAST);
    if (long.length === 0) return null;
    const text = this.#random.pick(long);
    const at = this.#random.below(text.length - LEAST + 1);
    return { text, at, words: text.toString().slice(at, at + LEAST + this.#random.below(40)) };
  }

  #removeOrBringBack({ writer: { doc } }: Desk): void {
    const id = this.#random.pick([...planRoots(doc).actions.keys(), '']);
    if (this.#random.chance(0.4)) removeAction(doc, id, ORIGIN);
    else restoreAction(doc, id, ORIGIN);
  }

  #own(count: number): string {
    if (this.#letters.length === 0) return '';
    return Array.from({ length: count }, () => this.#random.pick(this.#letters)).join('');
  }
}
