import { DOMParser, DOMSerializer, Fragment, Slice, type Node, type ParseOptions } from 'prosemirror-model';
import { Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { insertBlocks } from './insert-blocks.ts';
import { blocksFromHtml, blocksFromText, setStylesAside } from './paste.ts';
import { schema } from './schema.ts';

/**
 * Copy and paste: what leaves is plain HTML with real lists, and plain text; what comes in is cleaned to the schema.
 */
export function clipboard(): Plugin {
  return new Plugin({
    props: {
      transformPastedHTML: setStylesAside,
      clipboardParser: new CleaningParser(schema, []),
      clipboardSerializer: new ListSerializer(
        DOMSerializer.nodesFromSchema(schema),
        DOMSerializer.marksFromSchema(schema),
      ),
      clipboardTextSerializer: (slice) => plainText(slice.content),
      handlePaste: (view, event, slice) => paste(view, event, slice),
    },
  });
}

/** Always ours: what cannot be read (files, pictures) is not put in. */
function paste(view: EditorView, event: ClipboardEvent, slice: Slice): boolean {
  const { tr, selection } = view.state;
  const isHtml = Boolean(event.clipboardData?.getData('text/html')) && slice.size > 0;
  const text = event.clipboardData?.getData('text/plain') ?? '';
  const blocks = isHtml ? slice.content.content : text ? blocksFromText(text, selection.$from.parent) : [];
  if (blocks.length === 0) return true;
  insertBlocks(tr, blocks);
  view.dispatch(tr.scrollIntoView().setMeta('paste', true).setMeta('uiEvent', 'paste'));
  return true;
}

/** Reads any HTML through paste.ts. Blocks are open at both ends: their words may continue the block of the caret. */
class CleaningParser extends DOMParser {
  override parseSlice(dom: globalThis.Node, _options?: ParseOptions): Slice {
    const blocks = blocksFromHtml(dom as Element);
    return blocks.length > 0 ? new Slice(Fragment.from(blocks), 1, 1) : Slice.empty;
  }
}

/** Writes list items as real, nested lists, so that other programs understand them. */
class ListSerializer extends DOMSerializer {
  override serializeFragment(
    fragment: Fragment,
    options: { document?: Document } = {},
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    const page = options.document ?? window.document;
    const out = target ?? page.createDocumentFragment();
    const lists: HTMLElement[] = [];
    fragment.forEach((node) => {
      if (node.type !== schema.nodes.listItem) {
        lists.length = 0;
        out.append(this.#block(node, page));
        return;
      }
      const name = node.attrs.kind === 'ordered' ? 'OL' : 'UL';
      const depth = Number(node.attrs.indent);
      lists.length = Math.min(lists.length, depth + 1);
      if (lists.length === depth + 1 && lists.at(-1)?.nodeName !== name) lists.pop();
      while (lists.length <= depth) {
        const list = page.createElement(name);
        const parent = lists.at(-1);
        (parent ? (parent.lastElementChild ?? parent.appendChild(page.createElement('li'))) : out).append(list);
        lists.push(list);
      }
      const item = page.createElement('li');
      super.serializeFragment(node.content, { document: page }, item);
      lists.at(-1)?.append(item);
    });
    return out;
  }

  /** Headings leave as the levels they are in a text of their own. */
  #block(node: Node, page: Document): HTMLElement {
    const name =
      node.type === schema.nodes.heading
        ? `h${String(node.attrs.level)}`
        : node.type.name === 'quote'
          ? 'blockquote'
          : 'p';
    const element = page.createElement(name);
    super.serializeFragment(node.content, { document: page }, element);
    return element;
  }
}

/** Blocks as lines, list items with their markers. */
function plainText(fragment: Fragment): string {
  const counters: number[] = [];
  const lines: string[] = [];
  fragment.forEach((node) => {
    const single = fragment.childCount === 1;
    if (node.type !== schema.nodes.listItem) counters.length = 0;
    if (node.type !== schema.nodes.listItem || single) {
      lines.push(node.textContent);
      return;
    }
    const indent = Number(node.attrs.indent);
    counters.length = indent + 1;
    counters[indent] = node.attrs.kind === 'ordered' ? (counters[indent] ?? 0) + 1 : 0;
    lines.push(`${'  '.repeat(indent)}${counters[indent] ? `${counters[indent]}.` : '-'} ${node.textContent}`);
  });
  return lines.join('\n');
}
