import { Schema, type Attrs, type DOMOutputSpec, type Node } from 'prosemirror-model';
import { clampIndent } from '#domain/rich-text-blocks.ts';
import { isSafeLink, type Block } from '#domain/rich-text.ts';

// One level of text blocks, nothing nested: every block is one line of the flat Y.Text.

/** The document schema of the editor. Parsing foreign HTML is paste.ts's work; these rules only read back our own. */
export const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    paragraph: {
      group: 'block',
      content: 'text*',
      selectable: false,
      parseDOM: [{ tag: 'p' }],
      toDOM: (): DOMOutputSpec => ['p', 0],
    },
    heading: {
      group: 'block',
      content: 'text*',
      selectable: false,
      defining: true,
      attrs: { level: { default: 1, validate: 'number' } },
      parseDOM: [1, 2].map((level) => ({ tag: `h${level + 2}`, attrs: { level } })),
      // The page's own title is h1 and the sheet's sections are h2: the text's headings come below.
      toDOM: (node): DOMOutputSpec => [`h${Number(node.attrs.level) + 2}`, 0],
    },
    listItem: {
      group: 'block',
      content: 'text*',
      selectable: false,
      defining: true,
      attrs: { kind: { default: 'bullet', validate: 'string' }, indent: { default: 0, validate: 'number' } },
      parseDOM: [{ tag: 'p[data-list]', priority: 60, getAttrs: (element) => readItem(element) }],
      toDOM: (node): DOMOutputSpec => [
        'p',
        { 'data-list': String(node.attrs.kind), 'data-indent': String(node.attrs.indent) },
        0,
      ],
    },
    quote: {
      group: 'block',
      content: 'text*',
      selectable: false,
      defining: true,
      parseDOM: [{ tag: 'blockquote' }],
      toDOM: (): DOMOutputSpec => ['blockquote', 0],
    },
    text: {},
  },
  marks: {
    link: {
      attrs: { href: { validate: 'string' } },
      inclusive: false,
      parseDOM: [
        {
          tag: 'a[href]',
          getAttrs: (element) => {
            const href = element.getAttribute('href') ?? '';
            return isSafeLink(href) ? { href } : false;
          },
        },
      ],
      toDOM: (mark): DOMOutputSpec => [
        'a',
        { href: String(mark.attrs.href), target: '_blank', rel: 'noopener noreferrer nofollow' },
        0,
      ],
    },
    bold: { parseDOM: [{ tag: 'strong' }, { tag: 'b' }], toDOM: (): DOMOutputSpec => ['strong', 0] },
    italic: { parseDOM: [{ tag: 'em' }, { tag: 'i' }], toDOM: (): DOMOutputSpec => ['em', 0] },
  },
});

/** Attributes of a "\n" in the Y.Text. */
export type BlockAttributes = { block?: Block; indent?: number };

/** A block's node type and attributes for what its "\n" carries. Unknown values read as a paragraph. */
export function blockNode(attributes: Record<string, unknown>): { type: string; attrs: Attrs | null } {
  switch (attributes['block']) {
    case 'heading1':
      return { type: 'heading', attrs: { level: 1 } };
    case 'heading2':
      return { type: 'heading', attrs: { level: 2 } };
    case 'bullet':
    case 'ordered':
      return { type: 'listItem', attrs: { kind: attributes['block'], indent: clampIndent(attributes['indent']) } };
    case 'quote':
      return { type: 'quote', attrs: null };
    default:
      return { type: 'paragraph', attrs: null };
  }
}

/** What the "\n" of a block carries. */
export function blockAttributes(node: Node): BlockAttributes {
  switch (node.type.name) {
    case 'heading':
      return { block: node.attrs.level === 1 ? 'heading1' : 'heading2' };
    case 'listItem': {
      const block = node.attrs.kind === 'ordered' ? 'ordered' : 'bullet';
      const indent = clampIndent(node.attrs.indent);
      return indent > 0 ? { block, indent } : { block };
    }
    case 'quote':
      return { block: 'quote' };
    default:
      return {};
  }
}

function readItem(element: HTMLElement): Attrs {
  return {
    kind: element.dataset['list'] === 'ordered' ? 'ordered' : 'bullet',
    indent: clampIndent(Number(element.dataset['indent'])),
  };
}
