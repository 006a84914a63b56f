import * as Y from 'yjs';
import type { TextDelta } from './delta-to-steps.ts';
import { OBJECT } from '#domain/rich-text-blocks.ts';
import type { Attributes } from '#domain/rich-text.ts';
import type { DeltaOp } from './steps-to-delta.ts';

// While an input method composes, others' changes beside the composed word must not reach the editor: the browser would
// end the composition and leave half of it in the text. The editor then lags behind the Y.Text. What it shows is known
// by the ids of its characters, and what is written meanwhile finds its place by them (SPEC.md, rules H1 to H3).

/** The characters that a lagging editor shows, by id. */
export class HeldText {
  readonly #text: Y.Text;
  /** Ids of the shown characters, in order. */
  readonly #ids: Y.ID[] = [];

  /** Takes up the text as it was before the event's transaction. */
  constructor(text: Y.Text, event: Y.YTextEvent) {
    this.#text = text;
    for (const item of characters(text)) {
      if (event.adds(item) || (item.deleted && !event.deletes(item))) continue;
      for (let unit = 0; unit < item.length; unit++) this.#ids.push(Y.createID(item.id.client, item.id.clock + unit));
    }
  }

  /** Length of the shown text. */
  get length(): number {
    return this.#ids.length;
  }

  /** Writes a change of the shown text into the Y.Text, beside whatever others have written. */
  write(delta: readonly DeltaOp[]): void {
    let at = 0;
    for (const op of delta) {
      if ('insert' in op) {
        const offset = this.#offsetBehind(at);
        this.#text.insert(offset, op.insert, op.attributes);
        const first = Y.createRelativePositionFromTypeIndex(this.#text, offset).item;
        if (!first) return;
        this.#ids.splice(at, 0, ...unitIds(first, op.insert.length));
        at += op.insert.length;
      } else if ('delete' in op) {
        for (const id of this.#ids.splice(at, op.delete)) {
          const offset = this.#offsetOf(id);
          if (offset !== null) this.#text.delete(offset, 1);
        }
      } else {
        if (op.attributes) this.#format(at, op.retain, op.attributes);
        at += op.retain;
      }
    }
  }

  /** What the editor has to do to show the text again. Characters that both have stand in one order in both. */
  difference(): TextDelta {
    const visible = this.#visible();
    const survives = new Set(visible.map(({ key }) => key));
    const delta: TextDelta = [];
    let next = 0;
    for (const id of this.#ids) {
      const key = keyOf(id.client, id.clock);
      if (!survives.has(key)) {
        delta.push({ delete: 1 });
        continue;
      }
      for (; visible[next] && visible[next]?.key !== key; next++) delta.push({ insert: visible[next]?.unit });
      delta.push({ retain: 1 });
      next++;
    }
    for (const { unit } of visible.slice(next)) delta.push({ insert: unit });
    return delta;
  }

  /** A place in the shown text, by characters. */
  relative(offset: number, side: number): Y.RelativePosition {
    const id = side < 0 ? this.#ids[offset - 1] : this.#ids[offset];
    if (id) return Y.createRelativePositionFromJSON({ item: id, assoc: side });
    return Y.createRelativePositionFromTypeIndex(this.#text, side < 0 ? 0 : this.#text.length, side);
  }

  /** Where a place of the Y.Text is in the shown text: behind the last shown character before it. */
  shownOffset(index: number): number {
    const offsets = new Map(this.#ids.map((id, offset) => [keyOf(id.client, id.clock), offset]));
    const before = this.#visible().slice(0, index);
    for (const { key } of before.reverse()) {
      const offset = offsets.get(key);
      if (offset !== undefined) return offset + 1;
    }
    return 0;
  }

  /** The characters of the Y.Text now. */
  #visible(): { key: string; unit: string }[] {
    const visible: { key: string; unit: string }[] = [];
    for (const item of characters(this.#text)) {
      if (item.deleted) continue;
      for (let unit = 0; unit < item.length; unit++) {
        visible.push({ key: keyOf(item.id.client, item.id.clock + unit), unit: unitOf(item, unit) });
      }
    }
    return visible;
  }

  #format(at: number, length: number, attributes: Attributes): void {
    for (const id of this.#ids.slice(at, at + length)) {
      const offset = this.#offsetOf(id);
      if (offset !== null) this.#text.format(offset, 1, attributes);
    }
  }

  /** Offset in the Y.Text behind the character before `at`, or where that one stood. */
  #offsetBehind(at: number): number {
    const id = this.#ids[at - 1];
    if (!id || !this.#text.doc) return 0;
    const relative = Y.createRelativePositionFromJSON({ item: id, assoc: -1 });
    return Y.createAbsolutePositionFromRelativePosition(relative, this.#text.doc, false)?.index ?? 0;
  }

  /** Offset of a shown character in the Y.Text; null if somebody has deleted it. */
  #offsetOf(id: Y.ID): number | null {
    let offset = 0;
    for (const item of characters(this.#text)) {
      const unit = id.clock - item.id.clock;
      if (item.id.client === id.client && unit >= 0 && unit < item.length) return item.deleted ? null : offset + unit;
      if (!item.deleted) offset += item.length;
    }
    return null;
  }
}

/** Items that are characters, deleted ones too, in order. */
function* characters(text: Y.Text): Generator<Y.Item> {
  for (let item = text._start; item !== null; item = item.right) {
    if (item.countable) yield item;
  }
}

function unitIds(first: Y.ID, length: number): Y.ID[] {
  return Array.from({ length }, (_, unit) => Y.createID(first.client, first.clock + unit));
}

function unitOf(item: Y.Item, unit: number): string {
  return item.content instanceof Y.ContentString ? (item.content.str[unit] ?? '') : OBJECT;
}

function keyOf(client: number, clock: number): string {
  return `${client}:${clock}`;
}
