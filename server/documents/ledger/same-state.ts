import * as Y from 'yjs';

type Struct = Y.Item | Y.GC | Y.Skip;

/**
 * Whether two encoded states say the same. Into how many pieces Yjs cuts what was written, and whether it still keeps
 * the place of what was deleted with its parent, depends on how a document came about, and does not count.
 * @throws when one is no state
 */
export function isSameState(one: Uint8Array, other: Uint8Array): boolean {
  if (Buffer.compare(one, other) === 0) return true;
  const [a, b] = [Y.decodeUpdate(one), Y.decodeUpdate(other)];
  return (
    JSON.stringify([...a.ds.clients]) === JSON.stringify([...b.ds.clients]) && haveSameStructs(a.structs, b.structs)
  );
}

/** Goes through both at once, as far at a time as neither is cut. */
function haveSameStructs(ours: readonly Struct[], theirs: readonly Struct[]): boolean {
  let [i, j] = [0, 0];
  /** How much of each of the two has been looked at. */
  let [from, otherFrom] = [0, 0];
  for (;;) {
    const [one, other] = [ours[i], theirs[j]];
    if (!one || !other) return one === other;
    const length = Math.min(one.length - from, other.length - otherFrom);
    if (one.id.client !== other.id.client || one.id.clock + from !== other.id.clock + otherFrom) return false;
    if (!isSamePiece(one, from, other, otherFrom, length)) return false;
    from += length;
    otherFrom += length;
    if (from === one.length) [i, from] = [i + 1, 0];
    if (otherFrom === other.length) [j, otherFrom] = [j + 1, 0];
  }
}

function isSamePiece(one: Struct, from: number, other: Struct, otherFrom: number, length: number): boolean {
  if (!(one instanceof Y.Item) || !(other instanceof Y.Item)) return isGone(one) && isGone(other);
  return (
    placeOf(one, from) === placeOf(other, otherFrom) &&
    contentOf(one, from, length).equals(contentOf(other, otherFrom, length))
  );
}

function isGone(struct: Struct): boolean {
  return struct instanceof Y.GC || (struct instanceof Y.Item && struct.content instanceof Y.ContentDeleted);
}

/** Where a piece of an item stands. What it stands in is told only where no neighbour tells it. */
function placeOf({ id, origin, rightOrigin, parent, parentSub }: Y.Item, from: number): string {
  const left = from > 0 ? Y.createID(id.client, id.clock + from - 1) : origin;
  return JSON.stringify([left, rightOrigin, ...(left || rightOrigin ? [] : [parent, parentSub])]);
}

/** A piece of an item's content, encoded. */
function contentOf({ content }: Y.Item, from: number, length: number): Buffer {
  let piece = content.copy();
  if (from > 0) piece = piece.splice(from);
  if (piece.getLength() > length) piece.splice(length);
  const encoder = new Y.UpdateEncoderV1();
  encoder.writeInfo(piece.getRef());
  piece.write(encoder, 0);
  return Buffer.from(encoder.toUint8Array());
}
