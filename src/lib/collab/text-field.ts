import * as Y from 'yjs';
import { historyKey, type History } from './history.svelte.ts';
import { placeOf } from './paths.ts';
import type { Focus } from './presence.svelte.ts';
import { textChange } from './text-change.ts';

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** What a field needs of a session. */
export type FieldSession = {
  doc: Y.Doc;
  origin: object;
  history: History;
  focus(focus: Focus | null): void;
};

/**
 * Binds a text field to a shared text, both ways and live: what is typed goes into the text character by character,
 * what others type appears while the caret stays where the person is. Undo goes through the shared history. Announces
 * where the person is. Returns the function that lets go.
 */
export function bindTextField(element: TextField, text: Y.Text, session: FieldSession): () => void {
  const singleLine = element instanceof HTMLInputElement;
  const place = placeOf(text);
  let composing = false;

  const show = () => {
    const value = text.toString();
    if (element.value !== value) element.value = value;
  };

  const push = () => {
    if (composing) return;
    const typed = singleLine ? element.value : element.value.replace(/\r\n?/g, '\n');
    const caret = element.selectionEnd ?? typed.length;
    const change = textChange(text.toString(), typed, caret);
    if (!change) return;
    session.doc.transact(() => {
      if (change.remove > 0) text.delete(change.index, change.remove);
      if (change.insert) text.insert(change.index, change.insert);
    }, session.origin);
  };

  const onText = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (composing || (transaction.origin === session.origin && element.value === text.toString())) return;
    if (document.activeElement !== element) return show();
    const { selectionStart, selectionEnd, selectionDirection } = element;
    const start = moved(selectionStart ?? 0, event.delta);
    const end = moved(selectionEnd ?? 0, event.delta);
    show();
    element.setSelectionRange(start, end, selectionDirection ?? 'none');
  };

  const go = (way: 'undo' | 'redo') => {
    if (composing) return;
    session.history[way]();
  };
  const onKeyDown = (event: Event) => {
    const way = historyKey(event as KeyboardEvent);
    if (!way) return;
    event.preventDefault();
    go(way);
  };
  const onBeforeInput = (event: Event) => {
    const { inputType } = event as InputEvent;
    if (inputType !== 'historyUndo' && inputType !== 'historyRedo') return;
    event.preventDefault();
    go(inputType === 'historyUndo' ? 'undo' : 'redo');
  };
  const onCompositionStart = () => {
    composing = true;
  };
  const onCompositionEnd = () => {
    composing = false;
    push();
    show();
  };
  const onFocus = () => session.focus(place);
  const onBlur = () => session.focus(null);

  const listeners: [string, (event: Event) => void][] = [
    ['input', push],
    ['keydown', onKeyDown],
    ['beforeinput', onBeforeInput],
    ['compositionstart', onCompositionStart],
    ['compositionend', onCompositionEnd],
    ['focus', onFocus],
    ['blur', onBlur],
  ];
  for (const [type, listener] of listeners) element.addEventListener(type, listener);
  text.observe(onText);
  show();
  if (document.activeElement === element) onFocus();

  return () => {
    if (composing) onCompositionEnd();
    for (const [type, listener] of listeners) element.removeEventListener(type, listener);
    text.unobserve(onText);
    if (document.activeElement === element) onBlur();
  };
}

/** Where a caret at `offset` is after a change by somebody else. */
function moved(offset: number, delta: Y.YTextEvent['delta']): number {
  let at = 0;
  let result = offset;
  for (const part of delta) {
    if (part.retain !== undefined) at += part.retain;
    else if (typeof part.insert === 'string') {
      if (at < result) result += part.insert.length;
      at += part.insert.length;
    } else if (part.delete !== undefined && at < result) result -= Math.min(part.delete, result - at);
  }
  return result;
}
