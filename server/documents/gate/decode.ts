import { acceptsAttribute } from '#domain/rich-text.ts';
import type { GateLimits } from '../limits.ts';
import { Reader } from './reader.ts';
import type { DeleteRange, Fresh, Section } from './structs.ts';
import { Violation } from './violation.ts';

// The first half of the gate: from bytes to structs and delete ranges, one pass. What the document already has is
// checked for its form only and skipped.

const HAS_LEFT = 0x80;
const HAS_RIGHT = 0x40;
const HAS_KEY = 0x20;
const KIND = 0x1f;
const SKIP = 10;

const MAX_CLIENT = 2 ** 32 - 1;
const MAX_KEY = 40;
const MAX_ATTRIBUTE_NAME = 40;
const MAX_ATTRIBUTE_VALUE = 4_000;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

type Decoded = { sections: Section[]; deletes: DeleteRange[] };

/**
 * Reads an update.
 * @param stateOf next clock that the document expects of a client id
 * @throws Violation
 */
export function decodeUpdate(bytes: Uint8Array, stateOf: (client: number) => number, limits: GateLimits): Decoded {
  if (bytes.length > limits.updateBytes) throw new Violation('too-large', 'G2: update too large');
  const reader = new Reader(bytes);
  const sections = readSections(reader, stateOf, limits);
  const deletes = readDeletes(reader, limits);
  if (reader.remaining > 0) throw new Violation('malformed', 'G11: trailing bytes');
  return { sections, deletes };
}

function readSections(reader: Reader, stateOf: (client: number) => number, limits: GateLimits): Section[] {
  // The smallest section: a count, a client id, a clock and one GC struct of two bytes.
  const count = readCount(reader, 5);
  const sections: Section[] = [];
  const seen = new Set<number>();
  let budget = limits.structs;
  for (let index = 0; index < count; index++) {
    const structs = readCount(reader, 2);
    if (structs === 0) throw new Violation('malformed', 'G4: empty section');
    const client = readClient(reader);
    if (seen.has(client)) throw new Violation('malformed', 'G5: repeated client section');
    if (count > 1) seen.add(client);
    const section = readSection(reader, client, structs, stateOf(client), budget, limits);
    budget -= section.fresh.length;
    sections.push(section);
  }
  return sections;
}

function readSection(
  reader: Reader,
  client: number,
  structs: number,
  state: number,
  budget: number,
  limits: GateLimits,
): Section {
  let clock = readClock(reader, limits);
  const section: Section = { client, state, end: 0, fresh: [], from: reader.position, to: 0, partly: false };
  for (let index = 0; index < structs; index++) {
    const from = reader.position;
    const struct = readStruct(reader, client, clock, limits);
    clock += struct.length;
    if (clock > limits.clock) throw new Violation('too-large', 'G3: clock out of range');
    if (clock <= state) {
      section.partly = true;
      continue;
    }
    if (section.fresh.length === 0) section.from = from;
    if (section.fresh.length === budget) throw new Violation('too-large', 'G4: too many structs');
    section.fresh.push(struct);
  }
  section.end = clock;
  section.to = reader.position;
  return section;
}

function readStruct(reader: Reader, client: number, clock: number, limits: GateLimits): Fresh {
  const info = reader.byte();
  const struct: Fresh = {
    client,
    clock,
    length: 1,
    content: 'gc',
    leftClient: -1,
    leftClock: 0,
    rightClient: -1,
    rightClock: 0,
    root: null,
    parentClient: -1,
    parentClock: 0,
    key: null,
    depth: 0,
    list: null,
  };
  if (info === 0) {
    struct.length = readLength(reader, limits);
    return struct;
  }
  if ((info & KIND) === SKIP) throw new Violation('not-allowed', 'G6: Skip');
  if (info & HAS_LEFT) {
    struct.leftClient = readClient(reader);
    struct.leftClock = readClock(reader, limits);
  }
  if (info & HAS_RIGHT) {
    struct.rightClient = readClient(reader);
    struct.rightClock = readClock(reader, limits);
  }
  if ((info & (HAS_LEFT | HAS_RIGHT)) === 0) readParent(reader, info, struct, limits);
  readContent(reader, info & KIND, struct, limits);
  return struct;
}

function readParent(reader: Reader, info: number, struct: Fresh, limits: GateLimits): void {
  const named = reader.byte();
  if (named === 1) {
    struct.root = reader.string(MAX_KEY);
  } else if (named === 0) {
    struct.parentClient = readClient(reader);
    struct.parentClock = readClock(reader, limits);
  } else {
    throw new Violation('malformed', 'G6: neither a root nor a parent');
  }
  if (info & HAS_KEY) struct.key = readKey(reader);
}

function readKey(reader: Reader): string {
  const key = reader.string(MAX_KEY);
  if (!/^[\w-]+$/.test(key) || FORBIDDEN_KEYS.has(key)) throw new Violation('not-allowed', 'G10: key');
  return key;
}

function readContent(reader: Reader, kind: number, struct: Fresh, limits: GateLimits): void {
  switch (kind) {
    case 1:
      struct.content = 'deleted';
      struct.length = readLength(reader, limits);
      return;
    case 4:
      struct.content = 'string';
      struct.length = reader.skipString(limits.textLength);
      if (struct.length === 0) throw new Violation('malformed', 'G6: empty text');
      return;
    case 6:
      struct.content = 'format';
      readFormat(reader);
      return;
    case 7:
      struct.content = readType(reader);
      return;
    case 8:
      struct.content = 'any';
      struct.length = readCount(reader, 1);
      if (struct.length === 0) throw new Violation('malformed', 'G6: no value');
      for (let index = 0; index < struct.length; index++) skipValue(reader, limits);
      return;
    default:
      // GC with flags, JSON, binary, embeds, subdocuments, and what nobody has defined.
      throw new Violation('not-allowed', `G6: struct of kind ${kind}`);
  }
}

function readType(reader: Reader): 'map' | 'text' {
  const type = reader.varUint();
  if (type === 1) return 'map';
  if (type === 2) return 'text';
  throw new Violation('not-allowed', `G6: shared type ${type}`);
}

function readFormat(reader: Reader): void {
  const name = reader.string(MAX_ATTRIBUTE_NAME);
  const json = reader.string(MAX_ATTRIBUTE_VALUE);
  if (!acceptsAttribute(name, parseJson(json))) throw new Violation('not-allowed', 'G9: formatting');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Violation('malformed', 'G9: invalid JSON');
  }
}

/** A plain value as lib0 writes it: null, boolean, number or string. */
function skipValue(reader: Reader, limits: GateLimits): void {
  const kind = reader.byte();
  switch (kind) {
    case 126: // null
    case 121: // false
    case 120: // true
      return;
    case 125:
      return reader.skipVarInt();
    case 124: // 32-bit float
      return reader.skip(4);
    case 123: // 64-bit float
      return reader.skip(8);
    case 119:
      reader.skipString(limits.valueLength);
      return;
    default:
      throw new Violation('not-allowed', 'G8: not a plain value');
  }
}

function readDeletes(reader: Reader, limits: GateLimits): DeleteRange[] {
  // The smallest section: a client id, a count and one range.
  const count = readCount(reader, 4);
  const deletes: DeleteRange[] = [];
  const seen = new Set<number>();
  for (let index = 0; index < count; index++) {
    const client = readClient(reader);
    if (seen.has(client)) throw new Violation('malformed', 'G5: repeated client section');
    if (count > 1) seen.add(client);
    const ranges = readCount(reader, 2);
    if (ranges === 0) throw new Violation('malformed', 'G4: empty section');
    if (deletes.length + ranges > limits.deleteRanges) throw new Violation('too-large', 'G4: too many delete ranges');
    let end = 0;
    for (let range = 0; range < ranges; range++) {
      const clock = readClock(reader, limits);
      const length = readLength(reader, limits);
      if (clock < end) throw new Violation('malformed', 'G20: delete ranges overlap or are out of order');
      end = clock + length;
      if (end > limits.clock) throw new Violation('too-large', 'G3: clock out of range');
      deletes.push({ client, clock, length });
    }
  }
  return deletes;
}

/** A count of things of which each takes at least `size` bytes: a forged one is found out before anything is made. */
function readCount(reader: Reader, size: number): number {
  const count = reader.varUint();
  if (count * size > reader.remaining) throw new Violation('malformed', 'G4: more announced than there is');
  return count;
}

function readClient(reader: Reader): number {
  const client = reader.varUint();
  if (client > MAX_CLIENT) throw new Violation('malformed', 'G3: client id out of range');
  return client;
}

function readClock(reader: Reader, limits: GateLimits): number {
  const clock = reader.varUint();
  if (clock > limits.clock) throw new Violation('too-large', 'G3: clock out of range');
  return clock;
}

function readLength(reader: Reader, limits: GateLimits): number {
  const length = readClock(reader, limits);
  if (length === 0) throw new Violation('malformed', 'G6: length zero');
  return length;
}
