import { InputRule, inputRules } from 'prosemirror-inputrules';
import type { Plugin } from 'prosemirror-state';
import type { Block } from '#domain/rich-text.ts';
import { blockNode, schema } from './schema.ts';

/**
 * "- ", "1. ", "# ", "## " and "> " at the start of a paragraph make it what they look like. Backspace takes it back.
 */
export function blockRules(): Plugin {
  return inputRules({
    rules: [
      rule(/^[-*•]\s$/, 'bullet'),
      rule(/^1[.)]\s$/, 'ordered'),
      rule(/^#\s$/, 'heading1'),
      rule(/^##\s$/, 'heading2'),
      rule(/^>\s$/, 'quote'),
    ],
  });
}

function rule(pattern: RegExp, block: Block): InputRule {
  return new InputRule(pattern, (state, _match, start, end) => {
    const $start = state.doc.resolve(start);
    if ($start.parent.type !== schema.nodes.paragraph) return null;
    const { type, attrs } = blockNode({ block });
    return state.tr.delete(start, end).setNodeMarkup($start.before(), schema.nodes[type], attrs);
  });
}
