import * as Y from 'yjs';
import { planRoots } from '#domain/plan/read.ts';
import { placeOf } from './place.ts';

const ONE_STEP_MS = 500;

/** A change that can be taken back by itself. */
export type Step = {
  /** By undo while it is the newest step, later by its opposite as another step. */
  takeBack(): void;
  /** Whether it is still done: not taken back, in whichever way. Reactive. */
  readonly stands: boolean;
};

/** A step that was taken back or done again. */
export type Taken = {
  way: 'undo' | 'redo';
  /** What the step did, as it was named when it was done; null: it has no name. */
  words: string | null;
  /** Ids of the items in which something changed, as far as that is known. */
  items: ReadonlySet<string>;
};

const WORDS = 'words';

function itemsOf<E>(types: Iterable<Y.AbstractType<E>>): Set<string> {
  return new Set(Array.from(types, (type) => placeOf(type)?.item).filter((item) => item !== undefined));
}

/** Undo and redo of one's own changes, the whole plan in one row. */
export class History {
  canUndo = $state.raw(false);
  canRedo = $state.raw(false);
  readonly manager: Y.UndoManager;
  /** Is told what undo and redo do: not everybody sees it. */
  told: ((taken: Taken) => void) | null = null;
  /** Grows whenever a step is done or taken back. */
  #version = $state.raw(0);

  constructor(doc: Y.Doc, origin: object) {
    const { meta, goals, actions } = planRoots(doc);
    this.manager = new Y.UndoManager([meta, goals, actions], {
      captureTimeout: ONE_STEP_MS,
      trackedOrigins: new Set([origin]),
    });
    const update = () => {
      this.canUndo = this.manager.canUndo();
      this.canRedo = this.manager.canRedo();
      this.#version += 1;
    };
    this.manager.on('stack-item-added', update);
    this.manager.on('stack-item-popped', update);
    this.manager.on('stack-cleared', update);
    this.manager.on('stack-item-popped', ({ stackItem, type: way, changedParentTypes }) => {
      const words = (stackItem.meta.get(WORDS) as string | undefined) ?? null;
      // The other way it is another entry of the same step.
      const other = way === 'undo' ? this.manager.redoStack : this.manager.undoStack;
      if (words !== null) other.at(-1)?.meta.set(WORDS, words);
      this.told?.({ way, words, items: itemsOf(changedParentTypes.keys()) });
    });
  }

  undo(): void {
    this.manager.undo();
  }

  redo(): void {
    this.manager.redo();
  }

  /** The next change is a step of its own: somebody went to another field. */
  newStep(): void {
    this.manager.stopCapturing();
  }

  /**
   * Makes a change that is a step of its own.
   * @param back does the opposite
   * @param words what the change did, for whoever takes it back
   */
  oneStep(change: () => void, back: () => void = () => {}, words: string | null = null): Step {
    const before = this.manager.undoStack.at(-1);
    this.newStep();
    change();
    this.newStep();
    const step = this.manager.undoStack.at(-1);
    if (step === undefined || step === before) return { takeBack: () => {}, stands: false };
    if (words !== null) step.meta.set(WORDS, words);
    let takenBack = false;
    const stands = () => {
      void this.#version;
      return !takenBack && this.manager.undoStack.includes(step);
    };
    return {
      takeBack: () => {
        if (!stands()) return;
        takenBack = true;
        if (this.manager.undoStack.at(-1) === step) this.undo();
        else {
          this.oneStep(back);
          this.told?.({ way: 'undo', words, items: new Set() });
        }
      },
      get stands() {
        return stands();
      },
    };
  }
}

/** Which way a key press goes in history: Mod+Z, Mod+Shift+Z, Ctrl+Y. Null: another key. */
export function historyKey(event: KeyboardEvent): 'undo' | 'redo' | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  if (key === 'y' && !event.shiftKey) return 'redo';
  return null;
}

/**
 * Undo keys for a whole page, to be attached to the window. Text fields and the editor answer for themselves.
 * @returns whether the key was taken
 */
export function handleHistoryKey(event: KeyboardEvent, history: History): boolean {
  const way = historyKey(event);
  if (!way || event.defaultPrevented) return false;
  const target = event.target;
  if (target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))) {
    return false;
  }
  event.preventDefault();
  history[way]();
  return true;
}
