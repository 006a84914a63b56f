import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { Random } from './random.ts';

// Updates as a hostile or broken client might send them: honest ones, changed in their bytes or in their meaning.

type Id = { client: number; clock: number };
type Content = { kind: number; bytes: Uint8Array; length: number };
type Struct = {
  left: Id | null;
  right: Id | null;
  /** A root's name or an id. */
  parent: string | Id;
  key: string | null;
  content: Content;
};
type Section = { client: number; clock: number; structs: Struct[] };
type Model = { sections: Section[]; deletes: { client: number; ranges: { clock: number; length: number }[] }[] };

const GC = 0;
const SKIP = 10;

/** What a mutation may draw on: another update, and client ids with the clocks that they have reached. */
export type Material = { other: Uint8Array; states: [number, number][] };

/** A changed update. */
export function mutate(update: Uint8Array, material: Material, random: Random): Uint8Array {
  if (random.chance(0.3)) return mutateBytes(update, material.other, random);
  const model = read(update);
  for (let count = random.chance(0.7) ? 1 : 2 + random.below(3); count > 0; count--) {
    random.pick(MODEL_MUTATIONS)(model, material, random);
  }
  const inflate = random.chance(0.03) ? random : null;
  const bytes = write(model, inflate);
  return random.chance(0.05) ? mutateBytes(bytes, material.other, random) : bytes;
}

function mutateBytes(update: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const bytes = Array.from(update);
  const at = () => random.below(bytes.length + 1);
  switch (random.below(7)) {
    case 0:
      for (let count = 1 + random.below(3); count > 0; count--) {
        const index = random.below(bytes.length);
        bytes[index] = (bytes[index] ?? 0) ^ (1 << random.below(8));
      }
      break;
    case 1:
      bytes[random.below(bytes.length)] = random.pick([0, 1, 2, 127, 128, 255, random.below(256)]);
      break;
    case 2:
      bytes.length = random.below(bytes.length);
      break;
    case 3: {
      const from = at();
      bytes.splice(at(), 0, ...bytes.slice(from, from + random.below(20)));
      break;
    }
    case 4:
      bytes.splice(at(), random.below(4), ...Array.from({ length: random.below(4) }, () => random.below(256)));
      break;
    case 5:
      bytes.splice(at(), bytes.length, ...other.subarray(random.below(other.length + 1)));
      break;
    default:
      bytes.push(...Array.from({ length: 1 + random.below(3) }, () => random.below(256)));
  }
  return Uint8Array.from(bytes);
}

type Mutation = (model: Model, material: Material, random: Random) => void;

function anyId({ states }: Material, model: Model, random: Random): Id {
  const ends = [...states, ...model.sections.map(({ client, clock }) => [client, clock + 3] as [number, number])];
  const [client, end] = ends.length > 0 ? random.pick(ends) : [1, 1];
  return { client, clock: random.chance(0.9) ? random.below(end + 1) : random.pick([2 ** 31, 2 ** 53 - 1, end + 5]) };
}

function onStruct(change: (struct: Struct, model: Model, material: Material, random: Random) => void): Mutation {
  return (model, material, random) => {
    const structs = model.sections.flatMap((section) => section.structs);
    if (structs.length > 0) change(random.pick(structs), model, material, random);
  };
}

function onSection(change: (section: Section, model: Model, material: Material, random: Random) => void): Mutation {
  return (model, material, random) => {
    const sections = model.sections.filter((section) => section.structs.length > 0);
    if (sections.length > 0) change(random.pick(sections), model, material, random);
  };
}

const MODEL_MUTATIONS: Mutation[] = [
  onStruct((struct, model, material, random) => (struct.left = anyId(material, model, random))),
  onStruct((struct, model, material, random) => (struct.right = anyId(material, model, random))),
  onStruct((struct, model, material, random) => {
    struct.left = anyId(material, model, random);
    struct.right = anyId(material, model, random);
  }),
  onStruct((struct) => (struct.left = null)),
  onStruct((struct) => (struct.right = null)),
  onStruct((struct, _model, _material, random) => {
    if (struct.left)
      struct.left = { ...struct.left, clock: Math.max(0, struct.left.clock + random.pick([-2, -1, 1, 2])) };
  }),
  onStruct((struct, _model, _material, random) => {
    if (struct.right) {
      struct.right = { ...struct.right, clock: Math.max(0, struct.right.clock + random.pick([-2, -1, 1, 2])) };
    }
  }),
  onStruct((struct, model, material, random) => {
    struct.left = null;
    struct.right = null;
    struct.parent = random.chance(0.5) ? anyId(material, model, random) : random.pick(ROOTS);
    struct.key = random.chance(0.7) ? random.pick(KEYS) : null;
  }),
  onStruct((struct, _model, _material, random) => (struct.key = random.chance(0.8) ? random.pick(KEYS) : null)),
  onStruct((struct, _model, _material, random) => (struct.content = content(random))),
  onStruct((struct, _model, _material, random) => (struct.content = content(random))),
  onSection((section, model, material, random) => {
    section.client = random.chance(0.8) ? anyId(material, model, random).client : random.below(2 ** 32 + 5);
  }),
  onSection((section, _model, _material, random) => {
    section.clock = random.chance(0.7) ? Math.max(0, section.clock + random.pick([-3, -1, 1, 3])) : random.below(60);
  }),
  onSection((section, model, material, random) => {
    const states = new Map(material.states);
    section.clock = states.get(section.client) ?? anyId(material, model, random).clock;
  }),
  onSection(({ structs }, _model, _material, random) => structs.splice(random.below(structs.length), 1)),
  onSection(({ structs }, _model, _material, random) => {
    structs.splice(random.below(structs.length + 1), 0, structuredClone(random.pick(structs)));
  }),
  onSection(({ structs }, _model, _material, random) => {
    const [struct] = structs.splice(random.below(structs.length), 1);
    if (struct) structs.splice(random.below(structs.length + 1), 0, struct);
  }),
  (model, _material, random) => {
    if (model.sections.length > 0) model.sections.push(structuredClone(random.pick(model.sections)));
  },
  (model) => model.sections.reverse(),
  (model, _material, random) => model.sections.splice(random.below(model.sections.length + 1), 1),
  (model, material, random) => {
    // Crossover: parts of another update come along.
    const other = read(material.other);
    for (const section of other.sections) if (random.chance(0.6)) model.sections.push(section);
    for (const range of other.deletes) if (random.chance(0.4)) model.deletes.push(range);
  },
  (model, material, random) => {
    const { client, clock } = anyId(material, model, random);
    const ranges = [{ clock, length: random.pick([0, 1, 1, 2, 5, 1000, 2 ** 40]) }];
    const there = model.deletes.find((section) => section.client === client);
    if (there && random.chance(0.8)) there.ranges.push(...ranges);
    else model.deletes.push({ client, ranges });
  },
  (model, _material, random) => {
    if (model.deletes.length === 0) return;
    const range = random.pick(random.pick(model.deletes).ranges);
    range.clock = Math.max(0, range.clock + random.pick([-2, -1, 0, 1, 2]));
    range.length = Math.max(0, range.length + random.pick([-1, 0, 1, 2, 10]));
  },
  (model, _material, random) => {
    if (model.deletes.length > 0) model.deletes.push(structuredClone(random.pick(model.deletes)));
  },
];

const ROOTS = ['meta', 'goals', 'actions', 'other', '', '__proto__', 'goals '];
const KEYS = [
  'title',
  'body',
  'status',
  'funding',
  'schema',
  'x',
  '',
  '__proto__',
  'constructor',
  'a b',
  'k'.repeat(99),
];

function content(random: Random): Content {
  const make = random.pick(CONTENTS);
  return make(random);
}

const CONTENTS: ((random: Random) => Content)[] = [
  (random) =>
    from(4, random.pick([1, 2, 3]), (e) => encoding.writeVarString(e, random.pick(['a', 'ā', '😀', 'xyz', '']))),
  () => from(4, 3, (e) => encoding.writeVarUint8Array(e, Uint8Array.of(0xed, 0xa0, 0x80))),
  () => from(4, 2, (e) => encoding.writeVarUint8Array(e, Uint8Array.of(0xc0, 0x80))),
  (random) => from(1, 0, (e) => encoding.writeVarUint(e, random.pick([0, 1, 2, 7, 2 ** 31, 2 ** 52]))),
  (random) => from(GC, 0, (e) => encoding.writeVarUint(e, random.pick([0, 1, 2, 7, 2 ** 31, 2 ** 52]))),
  () => from(SKIP, 0, (e) => encoding.writeVarUint(e, 3)),
  (random) => from(7, 1, (e) => encoding.writeVarUint(e, random.pick([0, 1, 1, 2, 2, 4, 6, 7, 200]))),
  () =>
    from(7, 1, (e) => {
      encoding.writeVarUint(e, 3);
      encoding.writeVarString(e, 'script');
    }),
  (random) =>
    from(8, 1, (e) => {
      encoding.writeVarUint(e, 1);
      const long = 'x'.repeat(3000);
      const values = [
        'done',
        1,
        -7,
        1.5,
        Math.PI,
        NaN,
        true,
        null,
        undefined,
        [1],
        { a: 1 },
        5n,
        new Uint8Array(2),
        long,
      ];
      encoding.writeAny(e, random.pick(values) as Parameters<typeof encoding.writeAny>[1]);
    }),
  (random) => from(8, 0, (e) => encoding.writeVarUint(e, random.pick([0, 1, 2, 2 ** 30]))),
  (random) =>
    from(6, 1, (e) => {
      encoding.writeVarString(e, random.pick(['bold', 'link', 'block', 'onclick', '__proto__']));
      const values = ['true', 'null', '"javascript:alert(1)"', '"https://kekava.lv"', '{', '{"a":1}', '"heading1"'];
      encoding.writeVarString(e, random.pick(values));
    }),
  () => from(2, 1, (e) => (encoding.writeVarUint(e, 1), encoding.writeVarString(e, '{"a":1}'))),
  () => from(3, 1, (e) => encoding.writeVarUint8Array(e, new Uint8Array(4))),
  () => from(5, 1, (e) => encoding.writeVarString(e, '{"image":"x"}')),
  () => from(9, 1, (e) => (encoding.writeVarString(e, 'subdocument'), encoding.writeAny(e, {}))),
  (random) => from(11 + random.below(21), 1, () => {}),
];

function from(kind: number, length: number, writeTo: (encoder: encoding.Encoder) => void): Content {
  return { kind, length, bytes: encoding.encode(writeTo) };
}

function read(update: Uint8Array): Model {
  const { structs, ds } = Y.decodeUpdate(update);
  const model: Model = { sections: [], deletes: [] };
  for (const struct of structs) {
    const { client, clock } = struct.id;
    const last = model.sections.at(-1);
    if (last?.client === client) last.structs.push(structOf(struct));
    else model.sections.push({ client, clock, structs: [structOf(struct)] });
  }
  for (const [client, ranges] of ds.clients) {
    model.deletes.push({ client, ranges: ranges.map(({ clock, len }) => ({ clock, length: len })) });
  }
  return model;
}

function structOf(struct: Y.Item | Y.GC | Y.Skip): Struct {
  if (!(struct instanceof Y.Item)) {
    const kind = struct instanceof Y.GC ? GC : SKIP;
    const bytes = encoding.encode((encoder) => encoding.writeVarUint(encoder, struct.length));
    return { left: null, right: null, parent: '', key: null, content: { kind, bytes, length: struct.length } };
  }
  const encoder = new Y.UpdateEncoderV1();
  struct.content.write(encoder, 0);
  const parent = struct.parent as unknown as string | Y.ID | null;
  return {
    left: idOf(struct.origin),
    right: idOf(struct.rightOrigin),
    parent: typeof parent === 'string' ? parent : (idOf(parent) ?? 'actions'),
    key: struct.parentSub,
    content: {
      kind: struct.content.getRef(),
      bytes: encoding.toUint8Array(encoder.restEncoder),
      length: struct.length,
    },
  };
}

function idOf(id: Y.ID | null): Id | null {
  return id ? { client: id.client, clock: id.clock } : null;
}

/** @param inflate writes some numbers as longer or larger than they are */
function write(model: Model, inflate: Random | null): Uint8Array {
  return encoding.encode((encoder) => {
    const number = (value: number) => {
      if (!inflate?.chance(0.1)) return encoding.writeVarUint(encoder, value);
      if (inflate.chance(0.5)) {
        encoding.writeUint8(encoder, (value & 0x7f) | 0x80);
        encoding.writeVarUint(encoder, Math.floor(value / 128));
      } else {
        encoding.writeVarUint(encoder, inflate.pick([2 ** 20, 2 ** 32, 2 ** 53 - 1]));
      }
    };
    const id = (value: Id) => (number(value.client), number(value.clock));
    number(model.sections.length);
    for (const { client, clock, structs } of model.sections) {
      number(structs.length);
      number(client);
      number(clock);
      for (const { left, right, parent, key, content } of structs) {
        if (content.kind === GC || content.kind === SKIP) {
          encoding.writeUint8(encoder, content.kind);
          encoding.writeUint8Array(encoder, content.bytes);
          continue;
        }
        encoding.writeUint8(encoder, content.kind | (left ? 0x80 : 0) | (right ? 0x40 : 0) | (key === null ? 0 : 0x20));
        if (left) id(left);
        if (right) id(right);
        if (!left && !right) {
          number(typeof parent === 'string' ? 1 : 0);
          if (typeof parent === 'string') encoding.writeVarString(encoder, parent);
          else id(parent);
          if (key !== null) encoding.writeVarString(encoder, key);
        }
        encoding.writeUint8Array(encoder, content.bytes);
      }
    }
    number(model.deletes.length);
    for (const { client, ranges } of model.deletes) {
      number(client);
      number(ranges.length);
      for (const { clock, length } of ranges) {
        number(clock);
        number(length);
      }
    }
  });
}
