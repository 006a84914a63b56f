import { untrack } from 'svelte';
import type * as Y from 'yjs';
import { m } from '#lib/i18n/paraglide/messages.js';
import { toast } from '#lib/ui/toasts.svelte.ts';
import { historyKey, type History } from './history.svelte.ts';
import { placeOf } from './place.ts';
import type { Focus } from './presence.svelte.ts';
import { carriedOver, fitting, shiftedBy, textChange, type Delta, type TextChange } from './text-change.ts';

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** What a field needs of a session. */
export type FieldSession = {
  doc: Y.Doc;
  origin: object;
  history: History;
  focus(focus: Focus | null): void;
};

/**
 * Binds a field of one line (a textarea may wrap it) to a shared text, both ways and live: what is typed goes into the
 * text character by character, what others type appears while the caret stays where the person is. Undo goes through
 * the shared history. Says where the person is. The field's `maxlength` is counted in characters as people see them
 * (code points), and what does not fit is said. Returns the function that lets go.
 */
export function bindTextField(element: TextField, text: Y.Text, session: FieldSession): () => void {
  // Fields are bound in attachments: what is read here is no reason to bind anew under somebody's hands.
  return untrack(() => new Binding(element, text, session)).release;
}

class Binding {
  readonly #element: TextField;
  readonly #text: Y.Text;
  readonly #session: FieldSession;
  readonly #place: Focus | null;
  readonly #limit: number;
  /** The shared text as the field last showed it or gave it. */
  #base = '';
  /** An input method is at work: the field must not be written to. */
  #composing = false;
  /** What others did meanwhile. */
  #missed: Delta[] = [];
  readonly #listeners: [string, (event: Event) => void][];

  constructor(element: TextField, text: Y.Text, session: FieldSession) {
    this.#element = element;
    this.#text = text;
    this.#session = session;
    this.#place = placeOf(text);
    this.#limit = element.maxLength > 0 ? element.maxLength : Number.POSITIVE_INFINITY;
    // The browser would cut pasted text silently, and counts otherwise.
    element.removeAttribute('maxlength');
    this.#listeners = [
      ['input', () => this.#typed()],
      ['keydown', (event) => this.#key(event as KeyboardEvent)],
      ['beforeinput', (event) => this.#beforeInput(event as InputEvent)],
      ['compositionstart', () => (this.#composing = true)],
      ['compositionend', () => this.#composed()],
      ['focus', () => session.focus(this.#place)],
      ['blur', () => session.focus(null)],
    ];
    for (const [type, listener] of this.#listeners) element.addEventListener(type, listener);
    text.observe(this.#onText);
    this.#show(text.toString());
    if (this.#focused) session.focus(this.#place);
  }

  readonly release = (): void => {
    if (this.#composing) this.#composed();
    for (const [type, listener] of this.#listeners) this.#element.removeEventListener(type, listener);
    this.#text.unobserve(this.#onText);
    if (Number.isFinite(this.#limit)) this.#element.maxLength = this.#limit;
    if (this.#focused) this.#session.focus(null);
  };

  get #focused(): boolean {
    return document.activeElement === this.#element;
  }

  /** What the field holds. A break is one unit and stays one unit, so that the caret keeps its place. */
  get #oneLine(): string {
    return this.#element.value.replace(/\r\n|[\r\n\u2028\u2029]/g, ' ');
  }

  #typed(): void {
    // What others did during a composition has to be waited for: positions in the field are not those of the text.
    if (this.#missed.length > 0) return;
    const element = this.#element;
    const caret = element.selectionEnd ?? element.value.length;
    const typed = this.#oneLine;
    const change = textChange(this.#base, typed, caret);
    if (!change) {
      if (element.value !== typed) this.#show(typed, caret);
      return;
    }
    const fits = fitting(this.#base, change, this.#limit);
    const value = applied(this.#base, fits);
    if (!this.#composing && value !== element.value) {
      this.#show(value, Math.min(caret, fits.index + fits.insert.length));
    }
    if (fits !== change && !this.#composing) toast(m.collab_too_long({ count: this.#limit }));
    if (this.#composing && fits !== change) return;
    this.#write(fits, value);
  }

  #write(change: TextChange, value: string): void {
    this.#base = value;
    this.#session.doc.transact(() => {
      if (change.remove > 0) this.#text.delete(change.index, change.remove);
      if (change.insert) this.#text.insert(change.index, change.insert);
    }, this.#session.origin);
  }

  #composed(): void {
    this.#composing = false;
    const missed = this.#missed;
    this.#missed = [];
    if (missed.length === 0) return this.#typed();
    const element = this.#element;
    const caret = element.selectionEnd ?? element.value.length;
    const change = textChange(this.#base, this.#oneLine, caret);
    const before = this.#base.length;
    this.#base = this.#text.toString();
    if (!change) return this.#show(this.#base, shiftedBy(missed, caret));
    const { index, runs, insert } = carriedOver(change, before, missed);
    const rest = runs.reduceRight((text, [at, remove]) => applied(text, { index: at, remove, insert: '' }), this.#base);
    const fits = fitting(rest, { index, remove: 0, insert }, this.#limit);
    if (fits.insert !== insert) toast(m.collab_too_long({ count: this.#limit }));
    this.#base = applied(rest, fits);
    this.#session.doc.transact(() => {
      for (const [at, remove] of runs.toReversed()) this.#text.delete(at, remove);
      if (fits.insert) this.#text.insert(index, fits.insert);
    }, this.#session.origin);
    this.#show(this.#base, index + Math.min(Math.max(0, caret - change.index), fits.insert.length));
  }

  readonly #onText = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    const value = this.#text.toString();
    // What others take back was missed too: places are counted through all they did.
    if (value === this.#base && this.#missed.length === 0) return;
    const delta = event.delta as Delta;
    if (this.#composing) {
      this.#missed.push(delta);
    } else if (this.#focused) {
      const { selectionStart, selectionEnd } = this.#element;
      const own = transaction.origin === this.#session.history.manager;
      const start = own ? endOf(delta) : shiftedBy([delta], selectionStart ?? 0);
      const end = own ? start : shiftedBy([delta], selectionEnd ?? 0);
      this.#show(value, start, end);
    } else {
      this.#show(value);
    }
  };

  #show(value: string, start?: number, end = start): void {
    const element = this.#element;
    this.#base = value;
    if (element.value !== value) element.value = value;
    if (start !== undefined && end !== undefined && this.#focused) {
      element.setSelectionRange(start, end, element.selectionDirection ?? 'none');
    }
  }

  #key(event: KeyboardEvent): void {
    const way = historyKey(event);
    if (!way) return;
    event.preventDefault();
    if (!this.#composing) this.#session.history[way]();
  }

  /** Undo from a menu, or by shaking a phone. */
  #beforeInput(event: InputEvent): void {
    const way = { historyUndo: 'undo', historyRedo: 'redo' } as const;
    if (event.inputType !== 'historyUndo' && event.inputType !== 'historyRedo') return;
    event.preventDefault();
    if (!this.#composing) this.#session.history[way[event.inputType]]();
  }
}

function applied(text: string, { index, remove, insert }: TextChange): string {
  return text.slice(0, index) + insert + text.slice(index + remove);
}

/** Where the last part of a change ends: the caret goes there after undo. */
function endOf(delta: Delta): number {
  let at = 0;
  let end = 0;
  for (const part of delta) {
    at += part.retain ?? (typeof part.insert === 'string' ? part.insert.length : 0);
    if (part.retain === undefined) end = at;
  }
  return end;
}
