import * as Y from 'yjs';
import { planRoots } from '#domain/plan/read.ts';

const ONE_STEP_MS = 500;

/** A change that can be taken back by itself. */
export type Step = {
  /** By undo while it is the newest step, later by its opposite as another step. */
  takeBack(): void;
  /** Whether it is still done: not taken back, in whichever way. Reactive. */
  readonly stands: boolean;
};

/** Undo and redo of one's own changes, the whole plan in one row. */
export class History {
  canUndo = $state.raw(false);
  canRedo = $state.raw(false);
  readonly manager: Y.UndoManager;
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
   */
  oneStep(change: () => void, back: () => void = () => {}): Step {
    const before = this.manager.undoStack.at(-1);
    this.newStep();
    change();
    this.newStep();
    const step = this.manager.undoStack.at(-1);
    if (step === undefined || step === before) return { takeBack: () => {}, stands: false };
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
        else this.oneStep(back);
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
