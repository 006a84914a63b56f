import type { Mark, Node } from 'prosemirror-model';
import { isSafeLink, MAX_INDENT, type Block } from '#domain/rich-text.ts';
import { createBlock } from './flat-text.ts';
import { schema } from './schema.ts';

// Foreign HTML (Word, LibreOffice, Google Docs, web pages) becomes blocks of the schema: words, structure, bold, italic
// and links stay; everything else goes. Works on an inert DOM: nothing is loaded or run.

const STYLE = 'data-pasted-style';

/**
 * HTML with its style attributes set aside under another name, and without style sheets, scripts and event handlers.
 * The page's security policy would refuse these, also in an inert document, and report every one of them; what styles
 * say about bold, italic and lists is still needed.
 */
export function setStylesAside(html: string): string {
  return html
    .replace(/<(style|script|title)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(/(\s)style(\s*=)/gi, `$1${STYLE}$2`).replace(/(\s)on[a-z]+(\s*=)/gi, '$1data-pasted-handler$2'),
    );
}

/** Elements whose content is never text to read. */
const SKIPPED = new Set(
  'HEAD STYLE SCRIPT NOSCRIPT TEMPLATE TITLE META LINK IFRAME OBJECT EMBED SVG MATH CANVAS AUDIO VIDEO IMG PICTURE SELECT TEXTAREA BUTTON INPUT'.split(
    ' ',
  ),
);
const BLOCK_ELEMENTS = new Set(
  'P DIV H1 H2 H3 H4 H5 H6 UL OL LI BLOCKQUOTE PRE TABLE THEAD TBODY TFOOT TR CAPTION DL DT DD SECTION ARTICLE ASIDE HEADER FOOTER MAIN NAV FIGURE FIGCAPTION ADDRESS FORM HR CENTER'.split(
    ' ',
  ),
);

type Context = {
  marks: readonly Mark[];
  list: 'bullet' | 'ordered' | null;
  depth: number;
  quote: boolean;
  pre: boolean;
};
type Kind = { block: Block | null; indent: number };

const { bold, italic, link } = schema.marks;

/** The blocks of some HTML, in reading order. Empty paragraphs between texts are left out. */
export function blocksFromHtml(root: ParentNode): Node[] {
  const collector = new Collector();
  collector.children(root, { marks: [], list: null, depth: -1, quote: false, pre: false });
  collector.end();
  return collector.blocks;
}

/** Blocks of plain text, one a line, each of the kind that `like` has. */
export function blocksFromText(text: string, like: Node): Node[] {
  const lines = text.replace(/\r\n?|\u2028|\u2029/g, '\n').split('\n');
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines.map((line) => like.type.create(like.attrs, line ? schema.text(clean(line)) : null));
}

class Collector {
  readonly blocks: Node[] = [];
  #inline: Node[] = [];
  #kind: Kind = { block: null, indent: 0 };
  #spaceBefore = true;

  children(parent: ParentNode, context: Context): void {
    for (const child of parent.childNodes) {
      if (child.nodeType === 3) this.#text(child.nodeValue ?? '', context);
      else if (child.nodeType === 1) this.#element(child as HTMLElement, context);
    }
  }

  /** Ends the block that is being read, if it has words. */
  end(): void {
    const last = this.#inline.at(-1);
    const words = last?.text?.replace(/ +$/, '') ?? '';
    if (last) this.#inline.splice(-1, 1, ...(words ? [schema.text(words, last.marks)] : []));
    if (this.#inline.some((node) => /\S/u.test(node.text ?? ''))) {
      const { block, indent } = this.#kind;
      this.blocks.push(createBlock(block ? { block, indent } : {}, this.#inline));
    }
    this.#inline = [];
    this.#spaceBefore = true;
  }

  #element(element: HTMLElement, outer: Context): void {
    const name = element.nodeName.toUpperCase();
    if (SKIPPED.has(name) || isHidden(element)) return;
    if (name === 'BR') {
      this.end();
      return;
    }
    const context = { ...outer, marks: marksOf(element, name, outer.marks) };
    if (!BLOCK_ELEMENTS.has(name)) {
      this.children(element, context);
      return;
    }
    if (name === 'TD' || name === 'TH') return;
    this.#block(element, name, context);
  }

  #block(element: HTMLElement, name: string, context: Context): void {
    this.end();
    const before = this.#kind;
    if (name === 'UL' || name === 'OL') {
      context.list = name === 'OL' ? 'ordered' : 'bullet';
      context.depth++;
    } else if (name === 'BLOCKQUOTE') {
      context.quote = true;
    } else if (name === 'PRE') {
      context.pre = true;
    }
    if (name === 'TR') {
      this.#row(element, context);
    } else {
      this.#kind = kindOf(element, name, context) ?? before;
      this.children(element, context);
      this.end();
    }
    this.#kind = name === 'LI' ? { block: null, indent: 0 } : before;
  }

  /** A table row becomes one paragraph, its cells parted by " | ". */
  #row(row: HTMLElement, context: Context): void {
    this.#kind = { block: null, indent: 0 };
    let first = true;
    for (const cell of row.children) {
      const inner = new Collector();
      inner.children(cell, context);
      inner.end();
      if (inner.blocks.length === 0) continue;
      if (!first) this.#inline.push(schema.text(' | '));
      inner.blocks.forEach((block, index) => {
        if (index > 0) this.#inline.push(schema.text(' '));
        this.#inline.push(...block.children);
      });
      first = false;
    }
    this.end();
  }

  #text(raw: string, context: Context): void {
    if (context.pre) {
      raw.split('\n').forEach((line, index) => {
        if (index > 0) this.end();
        this.#push(clean(line), context.marks);
      });
      return;
    }
    let words = clean(raw).replace(/[ \t\n\r\f]+/g, ' ');
    if (this.#spaceBefore) words = words.replace(/^ /, '');
    this.#push(words, context.marks);
  }

  #push(words: string, marks: readonly Mark[]): void {
    if (!words) return;
    this.#inline.push(schema.text(words, marks));
    this.#spaceBefore = words.endsWith(' ');
  }
}

/** What kind of block an element is; null: it takes the one around it. */
function kindOf(element: HTMLElement, name: string, context: Context): Kind | null {
  const word = wordList(element);
  if (word) return word;
  if (/^H[1-6]$/.test(name)) return { block: name === 'H1' ? 'heading1' : 'heading2', indent: 0 };
  if (name === 'LI') {
    const depth = Math.max(context.depth, 0);
    return { block: context.list ?? 'bullet', indent: Math.min(depth, MAX_INDENT) };
  }
  // Word names its headings by class or outline level when it writes them as paragraphs.
  const level = styleOf(element, 'mso-outline-level');
  if (name === 'P' && level) return { block: level === '1' ? 'heading1' : 'heading2', indent: 0 };
  if (context.list) return null;
  return context.quote ? { block: 'quote', indent: 0 } : { block: null, indent: 0 };
}

/** Word writes list items as paragraphs: level in `mso-list`, the marker as ignored text. */
function wordList(element: HTMLElement): Kind | null {
  const level = /\blevel(\d+)/i.exec(styleOf(element, 'mso-list'))?.[1];
  if (!level) return null;
  let marker = '';
  for (const span of element.querySelectorAll<HTMLElement>(`[${STYLE}]`)) {
    if (isIgnored(span)) marker = (span.textContent ?? '').trim();
  }
  const ordered = /^\(?(\d+|[a-z]{1,4})[.)]/i.test(marker);
  return { block: ordered ? 'ordered' : 'bullet', indent: Math.min(Number(level) - 1, MAX_INDENT) };
}

function marksOf(element: HTMLElement, name: string, outer: readonly Mark[]): readonly Mark[] {
  let marks = outer;
  const weight = styleOf(element, 'font-weight');
  const slope = styleOf(element, 'font-style');
  const heavy = /^(bold|bolder|[6-9]00)$/.test(weight);
  // Google Docs wraps everything in <b style="font-weight:normal">.
  const light = /^(normal|lighter|[1-5]00)$/.test(weight);
  const isHeading = /^H[1-6]$/.test(name);
  if ((heavy || ((name === 'B' || name === 'STRONG') && !light)) && !isHeading) marks = bold!.create().addToSet(marks);
  else if (light) marks = bold!.removeFromSet(marks);
  if (slope === 'italic' || ((name === 'I' || name === 'EM' || name === 'CITE') && slope !== 'normal')) {
    marks = italic!.create().addToSet(marks);
  } else if (slope === 'normal') {
    marks = italic!.removeFromSet(marks);
  }
  if (name === 'A') {
    const href = (element.getAttribute('href') ?? '').trim();
    if (isSafeLink(href)) marks = link!.create({ href }).addToSet(marks);
  }
  return marks;
}

function isHidden(element: HTMLElement): boolean {
  return element.hasAttribute('hidden') || styleOf(element, 'display') === 'none' || isIgnored(element);
}

function isIgnored(element: HTMLElement): boolean {
  return /^ignore\b/i.test(styleOf(element, 'mso-list')) || styleOf(element, 'mso-hide') === 'all';
}

/** A property of an element's style attribute as it was pasted; empty if it has none. */
function styleOf(element: HTMLElement, property: string): string {
  const style = element.getAttribute(STYLE) ?? '';
  return new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]*)`, 'i').exec(style)?.[1]?.trim() ?? '';
}

/** Control characters, invisible marks of editors and object placeholders are no words. */
function clean(text: string): string {
  return text.replace(/[\u200B\uFEFF\uFFFC]|(?![\t\n\r])\p{Cc}/gu, '').replace(/\t/g, ' ');
}
