import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { addAction } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { shownToasts } from '#lib/ui/toasts.svelte.ts';
import { History } from './history.svelte.ts';
import type { Focus } from './presence.svelte.ts';
import { bindTextField, type TextField } from './text-field.ts';

/** What a browser's text field does, as far as the binding sees it. */
class FakeField extends EventTarget {
  value = '';
  maxLength = -1;
  selectionStart = 0;
  selectionEnd = 0;
  selectionDirection = 'none';

  removeAttribute(): void {
    this.maxLength = -1;
  }

  setSelectionRange(start: number, end: number): void {
    this.selectionStart = start;
    this.selectionEnd = end;
  }

  focus(): void {
    active.element = this;
    this.dispatchEvent(new Event('focus'));
  }

  /** Replaces what is between two places, as typing, deleting and pasting do. */
  input(from: number, to: number, text: string): void {
    this.value = this.value.slice(0, from) + text + this.value.slice(to);
    this.setSelectionRange(from + text.length, from + text.length);
    this.dispatchEvent(new Event('input'));
  }

  event(type: string, values: object = {}): Event {
    const event = Object.assign(new Event(type, { cancelable: true }), values);
    this.dispatchEvent(event);
    return event;
  }
}

const active: { element: FakeField | null } = { element: null };

beforeEach(() => {
  vi.stubGlobal('document', {
    get activeElement() {
      return active.element;
    },
  });
  active.element = null;
});
afterEach(() => vi.unstubAllGlobals());

function open(title = 'Kopienu forums', maxLength = -1) {
  const doc = new Y.Doc();
  const id = addAction(doc, { title });
  const text = planRoots(doc).actions.get(id)?.get('title') as Y.Text;
  const origin = {};
  const focused: (Focus | null)[] = [];
  const session = {
    doc,
    origin,
    history: new History(doc, origin),
    focus: (focus: Focus | null) => focused.push(focus),
  };
  const field = new FakeField();
  field.maxLength = maxLength;
  const release = bindTextField(field as unknown as TextField, text, session);
  return { doc, id, text, field, session, focused, release };
}

describe('bindTextField', () => {
  it('writes what is typed, and nothing else, into the text', () => {
    const { text, field } = open();
    const deltas: unknown[] = [];
    text.observe((event) => deltas.push(event.delta));
    field.focus();
    field.input(7, 7, '!');
    field.input(0, 1, '');
    expect(text.toString()).toBe('opienu! forums');
    expect(deltas).toEqual([[{ retain: 7 }, { insert: '!' }], [{ delete: 1 }]]);
  });

  it('shows what others type, and keeps the caret where the person is', () => {
    const { text, field } = open();
    field.focus();
    field.setSelectionRange(8, 14);
    text.insert(0, 'Lielais ');
    expect(field.value).toBe('Lielais Kopienu forums');
    expect([field.selectionStart, field.selectionEnd]).toEqual([16, 22]);
    text.delete(10, 8);
    expect([field.selectionStart, field.selectionEnd]).toEqual([10, 14]);
    text.insert(10, 'X');
    expect(field.selectionStart).toBe(10);
  });

  it('says where the person is', () => {
    const { field, focused, id } = open();
    field.focus();
    field.event('blur');
    expect(focused).toEqual([{ item: id, field: 'title' }, null]);
  });

  it('undoes and redoes own changes from keys and menus, and puts the caret there', () => {
    const { text, field, session } = open();
    field.focus();
    field.input(7, 7, ' lielais');
    session.doc.transact(() => text.insert(0, 'Cits '), 'somebody else');
    expect(field.event('keydown', { ctrlKey: true, key: 'z' }).defaultPrevented).toBe(true);
    expect(field.value).toBe('Cits Kopienu forums');
    field.event('beforeinput', { inputType: 'historyRedo' });
    expect(field.value).toBe('Cits Kopienu lielais forums');
    expect(field.selectionStart).toBe(20);
  });

  it('leaves a composition alone, and brings it and what others wrote together afterwards', () => {
    const { text, field } = open();
    field.focus();
    field.event('compositionstart');
    field.input(7, 7, 's');
    text.insert(0, 'Cits ');
    field.input(8, 8, 'x');
    expect(field.value).toBe('Kopienusx forums');
    field.event('compositionend');
    expect(text.toString()).toBe('Cits Kopienusx forums');
    expect(field.value).toBe('Cits Kopienusx forums');
    expect(field.selectionStart).toBe(14);
  });

  it('takes away what a composition replaces, and nothing that others put before or into it meanwhile', () => {
    const { text, field } = open();
    field.focus();
    field.event('compositionstart');
    text.insert(0, '😀');
    text.insert(5, '!');
    field.input(0, 7, 'Ciema');
    field.event('compositionend');
    expect(text.toString()).toBe('Ciema😀! forums');
    expect(field.value).toBe('Ciema😀! forums');
    expect(field.selectionStart).toBe(5);
  });

  it('knows its places also when others took back what they wrote meanwhile', () => {
    const { text, field } = open('Kopienas forums');
    field.focus();
    field.event('compositionstart');
    text.insert(0, 'x');
    text.delete(0, 1);
    field.input(0, 8, 'Ciema');
    field.event('compositionend');
    expect(text.toString()).toBe('Ciema forums');
    expect(field.value).toBe('Ciema forums');
  });

  it('makes one line of what an input method brings in lines', () => {
    const { text, field } = open('Forums');
    field.focus();
    field.event('compositionstart');
    text.insert(0, 'A');
    field.input(6, 6, '\nun balle');
    field.event('compositionend');
    expect(text.toString()).toBe('AForums un balle');
  });

  it('says when a composition brings more than fits beside what others wrote', () => {
    const { text, field } = open('Forums', 8);
    field.focus();
    field.event('compositionstart');
    field.input(6, 6, 'i');
    text.insert(0, 'A');
    field.input(7, 7, 'ņi');
    field.event('compositionend');
    expect(text.toString()).toBe('AForumsi');
    expect(field.value).toBe('AForumsi');
    expect(shownToasts().at(-1)?.text).toContain('8');
  });

  it('makes one line of pasted lines', () => {
    const { text, field } = open('');
    field.focus();
    field.input(0, 0, 'Viens\nDivi');
    expect(text.toString()).toBe('Viens Divi');
    expect(field.value).toBe('Viens Divi');
  });

  it('takes what fits, counted in characters as people see them, and says so', () => {
    const { text, field } = open('😀😀', 4);
    field.focus();
    field.input(4, 4, '😀😀😀');
    expect(text.toString()).toBe('😀😀😀😀');
    expect(field.value).toBe('😀😀😀😀');
    expect(shownToasts().at(-1)?.text).toContain('4');
  });

  it('lets go', () => {
    const { text, field, release, focused } = open('Forums', 20);
    field.focus();
    release();
    field.input(0, 0, 'X');
    text.insert(0, 'Y');
    expect(text.toString()).toBe('YForums');
    expect(field.value).toBe('XForums');
    expect(field.maxLength).toBe(20);
    expect(focused.at(-1)).toBeNull();
  });

  it('never loses or doubles anything, whatever two people and an input method do at once', () => {
    const step = fc.record({
      kind: fc.constantFrom('type', 'delete', 'remote', 'remote delete', 'start', 'end'),
      at: fc.nat(30),
      length: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        // No letter twice, so that each can be told from all others.
        const { text, field } = open('Kopienu frmsā');
        field.focus();
        let letter = 0;
        const all = [...field.value];
        const gone = new Set<string>();
        // A composition on both sides of what others delete meanwhile brings it back: it is one change to the field.
        const mayReturn = new Set<string>();
        let composing = false;
        for (const { kind, at, length } of steps) {
          const next = String.fromCodePoint(0x400 + letter++);
          const shown = field.value;
          const from = Math.min(at, shown.length);
          const place = Math.min(at, text.length);
          if (kind === 'type') field.input(from, from, next);
          if (kind === 'delete') {
            for (const character of shown.slice(from, from + length)) gone.add(character);
            field.input(from, Math.min(from + length, shown.length), '');
          }
          if (kind === 'remote') text.insert(place, next);
          if (kind === 'remote delete') {
            const end = Math.min(place + length, text.length);
            for (const character of text.toString().slice(place, end)) (composing ? mayReturn : gone).add(character);
            text.delete(place, end - place);
          }
          if (kind === 'start') field.event('compositionstart');
          if (kind === 'end') field.event('compositionend');
          if (kind === 'start' || kind === 'end') composing = kind === 'start';
          if (kind === 'type' || kind === 'remote') all.push(next);
        }
        field.event('compositionend');
        const value = text.toString();
        expect(field.value).toBe(value);
        expect(new Set(value).size, 'nothing is doubled').toBe(value.length);
        for (const character of all) {
          if (gone.has(character)) expect(value).not.toContain(character);
          else if (!mayReturn.has(character)) expect(value).toContain(character);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
