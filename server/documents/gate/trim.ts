import type { DeleteRange, Section } from './structs.ts';

/** Writes an update again with only its new structs and the delete ranges that do something. */
export function trimUpdate(update: Uint8Array, changed: Section[], deletes: DeleteRange[]): Uint8Array {
  const parts: Uint8Array[] = [varUints(changed.length)];
  for (const { client, fresh, from, to } of changed) {
    parts.push(varUints(fresh.length, client, fresh[0]?.clock ?? 0), update.subarray(from, to));
  }
  const byClient = Map.groupBy(deletes, (range) => range.client);
  parts.push(varUints(byClient.size));
  for (const [client, ranges] of byClient) {
    parts.push(varUints(client, ranges.length));
    for (const { clock, length } of ranges) parts.push(varUints(clock, length));
  }
  return joined(parts);
}

function joined(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

function varUints(...values: number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}
