import * as v from 'valibot';

// Rich text is one flat Y.Text: characters with marks, and each "\n" ends a block and carries the block's attributes.
// The editor writes exactly these attributes; the gate accepts exactly these.

/** Kinds of block besides the paragraph, which has no `block` attribute. */
export const BLOCKS = ['heading1', 'heading2', 'bullet', 'ordered', 'quote'] as const;
export type Block = (typeof BLOCKS)[number];

/** Deepest indent of a list item. Outermost items have no `indent` attribute. */
export const MAX_INDENT = 5;

const MAX_LINK = 2000;

/** What each formatting attribute may hold. Marks stand on characters, `block` and `indent` count on "\n" only. */
export const RICH_TEXT_ATTRIBUTES = {
  bold: v.literal(true),
  italic: v.literal(true),
  link: v.pipe(v.string(), v.maxLength(MAX_LINK), v.check(isSafeLink)),
  block: v.picklist(BLOCKS),
  indent: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_INDENT)),
} as const;
export type RichTextAttribute = keyof typeof RICH_TEXT_ATTRIBUTES;

/** Formatting of a stretch of text, as Yjs has it. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What makes one format into another; null takes an attribute away. */
export function formatChange(before: Attributes, after: Attributes): Attributes {
  const changed: Record<string, unknown> = {};
  for (const name of Object.keys({ ...before, ...after })) {
    const value = after[name] ?? null;
    if ((before[name] ?? null) !== value) changed[name] = value;
  }
  return changed;
}

/** Whether a formatting attribute may be written. `null` takes it back and is always right for a known name. */
export function acceptsAttribute(name: string, value: unknown): boolean {
  if (!Object.hasOwn(RICH_TEXT_ATTRIBUTES, name)) return false;
  return value === null || v.is(RICH_TEXT_ATTRIBUTES[name as RichTextAttribute], value);
}

/** Addresses that a link may lead to: absolute http, https and mailto without control characters or spaces. */
export function isSafeLink(address: string): boolean {
  if (/[\s\p{Cc}]/u.test(address)) return false;
  if (!/^(https?:\/\/|mailto:)./i.test(address)) return false;
  return URL.canParse(address);
}
