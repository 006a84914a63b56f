import { Fragment, Slice, type Node } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import { expect, test } from 'vitest';
import { clipboard } from './clipboard.ts';
import { schema } from './schema.ts';

/** As much of a page as is needed to write HTML. */
class Element {
  readonly nodeName: string;
  readonly children: (Element | string)[] = [];
  #attributes = '';

  constructor(nodeName: string) {
    this.nodeName = nodeName;
  }

  get lastElementChild(): Element | null {
    return this.children.findLast((child) => child instanceof Element) ?? null;
  }

  setAttribute(name: string, value: string): void {
    this.#attributes += ` ${name}="${value}"`;
  }

  append(child: Element | string): void {
    this.children.push(child);
  }

  appendChild<T extends Element | string>(child: T): T {
    this.append(child);
    return child;
  }

  get inner(): string {
    return this.children.map((child) => (child instanceof Element ? child.html : child)).join('');
  }

  get html(): string {
    const name = this.nodeName.toLowerCase();
    return `<${name}${this.#attributes}>${this.inner}</${name}>`;
  }
}

const page = {
  createElement: (name: string) => new Element(name.toUpperCase()),
  createDocumentFragment: () => new Element('#fragment'),
  createTextNode: (text: string) => text,
} as unknown as Document;

const item = (words: string, kind: 'bullet' | 'ordered', indent = 0) =>
  schema.node('listItem', { kind, indent }, schema.text(words));
const paragraph = (...words: Node[]) => schema.node('paragraph', null, words);

const COPIED = Fragment.from([
  schema.node('heading', { level: 1 }, schema.text('Plāns')),
  paragraph(schema.text('Visi '), schema.text('nāk', [schema.mark('bold')])),
  item('slotas', 'bullet'),
  item('lielas', 'ordered', 1),
  item('mazas', 'ordered', 1),
  item('zupa', 'bullet'),
  item('pirmais', 'ordered'),
  schema.node('quote', null, schema.text('Talka!')),
]);

test('X3 what is copied is HTML with real, nested lists', () => {
  const { clipboardSerializer } = clipboard().props;
  const out = clipboardSerializer?.serializeFragment(COPIED, { document: page }) as unknown as Element;
  expect(out.inner).toBe(
    '<h1>Plāns</h1><p>Visi <strong>nāk</strong></p>' +
      '<ul><li>slotas<ol><li>lielas</li><li>mazas</li></ol></li><li>zupa</li></ul>' +
      '<ol><li>pirmais</li></ol><blockquote>Talka!</blockquote>',
  );
});

test('X3 and plain text with list markers, but a single item is its words', () => {
  const plain = (fragment: Fragment) => {
    const plugin = clipboard();
    return plugin.props.clipboardTextSerializer?.call(plugin, new Slice(fragment, 0, 0), {} as EditorView);
  };
  expect(plain(COPIED)?.split('\n')).toEqual([
    'Plāns',
    'Visi nāk',
    '- slotas',
    '  1. lielas',
    '  2. mazas',
    '- zupa',
    '1. pirmais',
    'Talka!',
  ]);
  expect(plain(Fragment.from(item('slotas', 'bullet')))).toBe('slotas');
});
