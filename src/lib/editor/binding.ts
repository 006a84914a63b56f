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
import { flatLength, renderText } from './flat-text.ts';
import { HeldText } from './held-text.ts';
import { relativeSelection, restoreSelection, type RelativeSelection } from './relative-selection.ts';
import { deltaReach, stepToDelta, type DeltaOp } from './steps-to-delta.ts';

/** What the binding needs of an editor: EditorView fits, tests use less. */
export type Host = { readonly state: EditorState; updateState(state: EditorState): void };

export type BindingOptions = {
  text: Y.Text;
  /** Origin of this session's transactions: the undo manager tracks it. */
  origin: object;
  undoManager?: Y.UndoManager | null;
  /** Asked before each local change. */
  canWrite?: () => boolean;
  /** Whether another's change has to wait, since showing it now would disturb an input method. */
  holds?: (delta: TextDelta) => boolean;
  /** Called before the text changes by anything else than this editor: the last moment at which its places are known. */
  beforeChange?: () => void;
};

const REMOTE = 'kopplans-remote';

/** Whether a transaction shows a change that came from the Y.Text: another person's, or undo. */
function isRemote(tr: Transaction): boolean {
  return tr.getMeta(REMOTE) === true;
}

/** Keeps one editor and one flat Y.Text the same, in both directions (SPEC.md). */
export class Binding {
  readonly text: Y.Text;
  /** Where this person's selection is, by characters. */
  selection: RelativeSelection | null = null;
  /** The text as shown while others' changes wait; null: the editor shows the Y.Text. */
  held: HeldText | null = null;
  /** How often the document had to be put right from the text. Zero in a healthy editor. */
  repairs = 0;
  readonly #origin: object;
  readonly #undoManager: Y.UndoManager | null;
  readonly #canWrite: () => boolean;
  readonly #holds: (delta: TextDelta) => boolean;
  readonly #beforeChange: () => void;
  #host: Host | null = null;
  /** What is written next is another step for undo. */
  #stepEnded = false;
  #writing = false;

  constructor(options: BindingOptions) {
    this.text = options.text;
    this.#origin = options.origin;
    this.#undoManager = options.undoManager ?? null;
    this.#canWrite = options.canWrite ?? (() => true);
    this.#holds = options.holds ?? (() => false);
    this.#beforeChange = options.beforeChange ?? (() => undefined);
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
    this.text.doc?.on('beforeTransaction', this.#prepare);
    this.#undoManager?.on('stack-item-added', this.#rememberSelection);
    this.#undoManager?.on('stack-item-popped', this.#returnSelection);
    this.#keepSelection(host.state);
  }

  detach(): void {
    this.held = null;
    this.text.unobserve(this.#read);
    this.text.doc?.off('beforeTransaction', this.#prepare);
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
      // A paste, a cut or a drop is a step of its own for undo, and so is what is written elsewhere than before.
      const isOwnStep = local.some((each) => each.getMeta('uiEvent') !== undefined);
      if (this.#stepEnded || isOwnStep) this.#undoManager?.stopCapturing();
      this.#stepEnded = isOwnStep;
      this.#write(local);
      if (!this.held) {
        const truth = renderText(this.text);
        if (!truth.eq(state.doc)) state = state.apply(this.#repair(state, truth));
      }
    } else if (!isRemote(tr) && !state.selection.eq(host.state.selection)) this.#stepEnded = true;
    // Before the editor shows it: what follows the editor (carets) tells the others where the selection is now.
    this.#keepSelection(state);
    host.updateState(state);
  };

  /** Shows what has waited. */
  release(): void {
    if (!this.held) return;
    const delta = this.held.difference();
    this.held = null;
    this.#show(delta);
  }

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
            const target = this.held ?? new LiveText(this.text);
            // The last block may lack its "\n"; emptied it would be gone without one.
            const isOpen = flatLength(before) > target.length && before.childCount > 1;
            const empties = isOpen && delta.some((op) => 'delete' in op) && deltaReach(delta) === target.length;
            if (empties || deltaReach(delta) > target.length) {
              target.write([{ retain: target.length }, { insert: '\n', attributes: {} }]);
            }
            target.write(delta);
          });
        }
      }, this.#origin);
    } finally {
      this.#writing = false;
    }
  }

  readonly #prepare = (): void => {
    if (this.#host && !this.#writing) this.#beforeChange();
  };

  readonly #read = (event: Y.YTextEvent): void => {
    if (!this.#host || this.#writing || this.held) return;
    const delta = event.delta as TextDelta;
    if (this.#holds(delta)) this.held = new HeldText(this.text, event);
    else this.#show(delta);
  };

  #show(delta: TextDelta): void {
    const host = this.#host;
    const truth = renderText(this.text);
    if (!host || truth.eq(host.state.doc)) return;
    const tr = host.state.tr.setMeta(REMOTE, true).setMeta('addToHistory', false);
    if (!applyDelta(tr, delta, truth)) this.repairs++;
    if (this.selection && !(tr.selection instanceof AllSelection)) restoreSelection(tr, this.text, this.selection);
    tr.setStoredMarks(host.state.storedMarks);
    this.dispatch(tr);
  }

  #repair(state: EditorState, truth: EditorState['doc']): Transaction {
    this.repairs++;
    const tr = state.tr.setMeta(REMOTE, true).setMeta('addToHistory', false);
    applyDelta(tr, [], truth);
    return tr;
  }

  #keepSelection({ doc, selection }: EditorState): void {
    this.selection = relativeSelection(this.text, doc, selection, this.held);
  }

  readonly #rememberSelection = (event: StackItemEvent): void => {
    if (event.changedParentTypes.has(this.text) && !event.stackItem.meta.has(this)) {
      event.stackItem.meta.set(this, this.selection);
    }
  };

  readonly #returnSelection = (event: StackItemEvent): void => {
    const selection: unknown = event.stackItem.meta.get(this);
    const host = this.#host;
    if (!host || this.held || !isRelativeSelection(selection)) return;
    const tr = host.state.tr;
    restoreSelection(tr, this.text, selection);
    this.dispatch(tr.scrollIntoView());
  };
}

/** The text itself, when nothing waits. */
class LiveText {
  readonly #text: Y.Text;

  constructor(text: Y.Text) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  write(delta: readonly DeltaOp[]): void {
    this.#text.applyDelta([...delta]);
  }
}

type StackItemEvent = {
  stackItem: { meta: Map<unknown, unknown> };
  changedParentTypes: { has(type: unknown): boolean };
};

function isRelativeSelection(value: unknown): value is RelativeSelection {
  return typeof value === 'object' && value !== null && 'anchor' in value && 'head' in value;
}
