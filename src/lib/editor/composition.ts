import { Plugin, type EditorState } from 'prosemirror-state';
import type { Binding } from './binding.ts';
import type { TextDelta } from './delta-to-steps.ts';
import { offsetAt } from './flat-text.ts';

/**
 * Whether a change would disturb the composition at the caret: whatever is inside its block does, since the browser
 * composes in the block's text node. Words at the block's two ends (away from the composed word), whole blocks before
 * it and anything elsewhere can be shown at once.
 */
export function touchesComposition(state: EditorState, delta: TextDelta): boolean {
  const { $head } = state.selection;
  const block = $head.parent.textContent;
  const start = offsetAt(state.doc, $head.start());
  const end = start + block.length;
  const wordAtStart = !/\s/u.test(block.slice(0, $head.parentOffset));
  const wordAtEnd = !/\s/u.test(block.slice($head.parentOffset));
  let at = 0;
  for (const op of delta) {
    if (op.insert !== undefined) {
      const words = typeof op.insert === 'string' ? op.insert : '';
      const beside =
        (at === start && (words.endsWith('\n') || (!words.includes('\n') && !wordAtStart))) ||
        (at === end && !words.includes('\n') && !wordAtEnd);
      if (at >= start && at <= end && !beside) return true;
      continue;
    }
    const length = op.delete ?? op.retain ?? 0;
    const changes = op.delete !== undefined || op.attributes !== undefined;
    // The line break before the block counts for a deletion: it would join the block to another.
    if (changes && at <= end && at + length > (op.delete === undefined ? start : start - 1)) return true;
    at += length;
  }
  return false;
}

/** ProseMirror's own work after a composition is done within 20 ms of its end. */
const SETTLED_MS = 40;

/** Shows what has waited for the end of a composition. */
export function compositionEnd(binding: Binding): Plugin {
  return new Plugin({
    view: (view) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const later = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (!view.composing) binding.release();
        }, SETTLED_MS);
      };
      view.dom.addEventListener('compositionend', later);
      return {
        // Some phones never say that a composition has ended.
        update: () => {
          if (binding.held && !view.composing) later();
        },
        destroy: () => {
          clearTimeout(timer);
          view.dom.removeEventListener('compositionend', later);
        },
      };
    },
  });
}
