import {
  AllSelection,
  EditorState,
  Plugin,
  type EditorStateConfig,
  type Plugin as AnyPlugin,
  type Transaction,
} from 'prosemirror-state';
import * as Y from 'yjs';
import { applyDelta, type TextDelta } from './delta-to-steps.ts';
import { renderText } from './flat-text.ts';
import { relativeSelection, restoreSelection, type RelativeSelection } from './relative-selection.ts';
import { deltaReach, stepToDelta } from './steps-to-delta.ts';

/** What the binding needs of an editor: EditorView fits, tests use less. */
export type Host = { readonly state: EditorState; updateState(state: EditorState): void };

export type BindingOptions = {
  text: Y.Text;
  /** Origin of this session's transactions: the undo manager tracks it. */
  origin: object;
  undoManager?: Y.UndoManager | null;
  /** Asked before each local change. */
  canWrite?: () => boolean;
};

const REMOTE = 'kopplans-remote';

/** Whether a transaction shows a change that came from the Y.Text: another person's, or undo. */
export function isRemote(tr: Transaction): boolean {
  return tr.getMeta(REMOTE) === true;
}

/** Keeps one editor and one flat Y.Text the same, in both directions (SPEC.md). */
export class Binding {
  readonly text: Y.Text;
  /** Where this person's selection is, by characters. */
  selection: RelativeSelection | null = null;
  /** How often the document had to be put right from the text. Zero in a healthy editor. */
  repairs = 0;
  readonly #origin: object;
  readonly #undoManager: Y.UndoManager | null;
  readonly #canWrite: () => boolean;
  #host: Host | null = null;
  #writing = false;

  constructor({ text, origin, undoManager = null, canWrite = () => true }: BindingOptions) {
    this.text = text;
    this.#origin = origin;
    this.#undoManager = undoManager;
    this.#canWrite = canWrite;
  }

  /** An editor state that shows the text. */
  createState(plugins: readonly AnyPlugin[] = []): EditorState {
    const guard = new Plugin({
      filterTransaction: (tr) => !tr.docChanged || isRemote(tr) || this.#canWrite(),
    });
    const config: EditorStateConfig = { doc: renderText(this.text), plugins: [guard, ...plugins] };
    return EditorState.create(config);
  }

  /** Starts to show what others write. The editor's `dispatchTransaction` must be this binding's `dispatch`. */
  attach(host: Host): void {
    this.#host = host;
    this.text.observe(this.#read);
    this.#undoManager?.on('stack-item-added', this.#rememberSelection);
    this.#undoManager?.on('stack-item-popped', this.#returnSelection);
    this.#keepSelection();
  }

  detach(): void {
    this.text.unobserve(this.#read);
    this.#undoManager?.off('stack-item-added', this.#rememberSelection);
    this.#undoManager?.off('stack-item-popped', this.#returnSelection);
    this.#host = null;
  }

  /** Applies a transaction to the editor and writes what is new in it into the Y.Text. */
  readonly dispatch = (tr: Transaction): void => {
    const host = this.#host;
    if (!host) return;
    const applied = host.state.applyTransaction(tr);
    let { state } = applied;
    const local = applied.transactions.filter((each) => each.docChanged && !isRemote(each));
    if (local.length > 0) {
      this.#write(local);
      const truth = renderText(this.text);
      if (!truth.eq(state.doc)) state = state.apply(this.#repair(state, truth));
    }
    host.updateState(state);
    this.#keepSelection();
  };

  #write(transactions: readonly Transaction[]): void {
    this.#writing = true;
    try {
      this.text.doc?.transact(() => {
        for (const tr of transactions) {
          tr.steps.forEach((step, index) => {
            const before = tr.docs[index];
            if (!before) return;
            const delta = stepToDelta(before, tr.docs[index + 1] ?? tr.doc, step.getMap());
            if (delta.length === 0) return;
            if (deltaReach(delta) > this.text.length) this.text.insert(this.text.length, '\n', {});
            this.text.applyDelta(delta);
          });
        }
      }, this.#origin);
    } finally {
      this.#writing = false;
    }
  }

  readonly #read = (event: Y.YTextEvent): void => {
    const host = this.#host;
    if (!host || this.#writing) return;
    const truth = renderText(this.text);
    if (truth.eq(host.state.doc)) return;
    const tr = host.state.tr.setMeta(REMOTE, true).setMeta('addToHistory', false);
    if (!applyDelta(tr, event.delta as TextDelta, truth)) this.repairs++;
    if (this.selection && !(tr.selection instanceof AllSelection)) restoreSelection(tr, this.text, this.selection);
    tr.setStoredMarks(host.state.storedMarks);
    this.dispatch(tr);
  };

  #repair(state: EditorState, truth: EditorState['doc']): Transaction {
    this.repairs++;
    const tr = state.tr.setMeta(REMOTE, true).setMeta('addToHistory', false);
    applyDelta(tr, [], truth);
    return tr;
  }

  #keepSelection(): void {
    const state = this.#host?.state;
    if (state) this.selection = relativeSelection(this.text, state.doc, state.selection);
  }

  readonly #rememberSelection = (event: StackItemEvent): void => {
    if (event.changedParentTypes.has(this.text) && !event.stackItem.meta.has(this)) {
      event.stackItem.meta.set(this, this.selection);
    }
  };

  readonly #returnSelection = (event: StackItemEvent): void => {
    const selection: unknown = event.stackItem.meta.get(this);
    const host = this.#host;
    if (!host || !isRelativeSelection(selection)) return;
    const tr = host.state.tr;
    restoreSelection(tr, this.text, selection);
    this.dispatch(tr.scrollIntoView());
  };
}

type StackItemEvent = {
  stackItem: { meta: Map<unknown, unknown> };
  changedParentTypes: { has(type: unknown): boolean };
};

function isRelativeSelection(value: unknown): value is RelativeSelection {
  return typeof value === 'object' && value !== null && 'anchor' in value && 'head' in value;
}
