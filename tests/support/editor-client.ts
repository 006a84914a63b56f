import type { Node } from 'prosemirror-model';
import { TextSelection, type Command, type EditorState } from 'prosemirror-state';
import * as Y from 'yjs';
import { Binding, type Host } from '#lib/editor/binding.ts';
import { positionAt, renderText } from '#lib/editor/flat-text.ts';

/** One person's editor without a screen: a Y.Doc, its binding and the editor's state. */
export class EditorClient implements Host {
  readonly doc = new Y.Doc();
  readonly text: Y.Text;
  readonly origin = {};
  readonly undo: Y.UndoManager;
  readonly binding: Binding;
  state: EditorState;
  /** As if an input method composed: others' changes wait. */
  composing = false;
  /** Updates that have not been taken by the network yet. */
  readonly outbox: Uint8Array[] = [];
  /** Text inserted by this client's own transactions, in order. */
  readonly inserted: string[] = [];

  constructor(
    clientId: number,
    seed?: Uint8Array,
    { canWrite = () => true, captureTimeout = 0 }: { canWrite?: () => boolean; captureTimeout?: number } = {},
  ) {
    this.doc.clientID = clientId;
    if (seed) Y.applyUpdate(this.doc, seed);
    this.text = this.doc.getText('body');
    this.undo = new Y.UndoManager(this.doc, { trackedOrigins: new Set([this.origin]), captureTimeout });
    this.binding = new Binding({
      text: this.text,
      origin: this.origin,
      undoManager: this.undo,
      canWrite,
      holds: () => this.composing,
    });
    this.state = this.binding.createState();
    this.binding.attach(this);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'network') this.outbox.push(update);
    });
    this.text.observe((event, transaction) => {
      if (transaction.origin !== this.origin) return;
      for (const op of event.delta) if (typeof op.insert === 'string') this.inserted.push(op.insert);
    });
  }

  updateState(state: EditorState): void {
    this.state = state;
  }

  receive(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, 'network');
  }

  /** Puts the caret or a selection at offsets of the flat text. */
  select(anchor: number, head = anchor): void {
    const { doc, tr } = this.state;
    this.binding.dispatch(tr.setSelection(TextSelection.create(doc, positionAt(doc, anchor), positionAt(doc, head))));
  }

  type(words: string): void {
    this.binding.dispatch(this.state.tr.insertText(words));
  }

  run(command: Command): boolean {
    return command(this.state, this.binding.dispatch);
  }

  /** What the text looks like now, which the editor must show. */
  truth(): Node {
    return renderText(this.text);
  }
}

/** A document's starting text as an update. */
export function seedText(content: string): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = 1;
  doc.getText('body').insert(0, content);
  return Y.encodeStateAsUpdate(doc);
}

/** Surviving characters, each with the client that wrote it. */
export function writers(text: Y.Text): { character: string; client: number }[] {
  const result: { character: string; client: number }[] = [];
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    for (const character of item.content.str) result.push({ character, client: item.id.client });
  }
  return result;
}
