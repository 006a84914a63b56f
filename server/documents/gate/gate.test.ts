import * as encoding from 'lib0/encoding';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { addAction, addGoal, seedPlan, setAction } from '#domain/plan/edit.ts';
import { contextOf, SERVER } from '#tests/support/honest.ts';
import { DEFAULT_LIMITS, type GateLimits } from '../limits.ts';
import { inspectUpdate, type Verdict } from './gate.ts';

// One test or more for each rule of SPEC.md; G0 and G1 have files of their own.

const ANNA = 7;
const JURIS = 8;
const OWNERS = new Map([
  [ANNA, 'anna'],
  [JURIS, 'juris'],
]);

/** A server's document, and Anna's copy of it with a goal that both have. */
function documents() {
  const server = new Y.Doc();
  server.clientID = SERVER;
  seedPlan(server, 'Plāns');
  const anna = open(ANNA, server);
  const goal = addGoal(anna, 'Mērķis');
  Y.applyUpdate(server, Y.encodeStateAsUpdate(anna));
  return { server, anna, goal };
}

function open(clientId: number, from: Y.Doc): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(from));
  // Only now: Yjs leaves a client id in which somebody else has written.
  doc.clientID = clientId;
  return doc;
}

/** The update that a change makes. */
function change(doc: Y.Doc, edit: () => void): Uint8Array {
  return changes(doc, () => doc.transact(edit));
}

/** The update that several changes make, one after the other. */
function changes(doc: Y.Doc, edits: () => void): Uint8Array {
  const updates: Uint8Array[] = [Uint8Array.of(0, 0)];
  const note = (update: Uint8Array) => updates.push(update);
  doc.on('update', note);
  edits();
  doc.off('update', note);
  return Y.mergeUpdates(updates);
}

function inspect(doc: Y.Doc, update: Uint8Array, person = 'anna', limits: Partial<GateLimits> = {}): Verdict {
  const before = Y.encodeStateAsUpdate(doc);
  const verdict = inspectUpdate(
    update,
    { personId: person },
    { ...contextOf(doc, OWNERS), limits: { ...DEFAULT_LIMITS, ...limits } },
  );
  expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
  return verdict;
}

function goalOf(doc: Y.Doc, id: string): Y.Map<unknown> {
  return doc.getMap('goals').get(id) as Y.Map<unknown>;
}

function titleOf(doc: Y.Doc, id: string): Y.Text {
  return goalOf(doc, id).get('title') as Y.Text;
}

// Updates written by hand.

type Id = [client: number, clock: number];
type Parts = {
  left?: Id;
  right?: Id;
  root?: string;
  parent?: Id;
  key?: string;
  kind: number;
  body?: (encoder: encoding.Encoder) => void;
};

const uint =
  (...values: number[]) =>
  (encoder: encoding.Encoder) => {
    for (const value of values) encoding.writeVarUint(encoder, value);
  };
const string =
  (...values: string[]) =>
  (encoder: encoding.Encoder) => {
    for (const value of values) encoding.writeVarString(encoder, value);
  };
const any =
  (...values: unknown[]) =>
  (encoder: encoding.Encoder) => {
    encoding.writeVarUint(encoder, values.length);
    for (const value of values) encoding.writeAny(encoder, value as null);
  };

function struct({ left, right, root, parent, key, kind, body }: Parts) {
  return (encoder: encoding.Encoder) => {
    encoding.writeUint8(encoder, kind | (left ? 0x80 : 0) | (right ? 0x40 : 0) | (key === undefined ? 0 : 0x20));
    if (left) uint(...left)(encoder);
    if (right) uint(...right)(encoder);
    if (root !== undefined) {
      uint(1)(encoder);
      string(root)(encoder);
    }
    if (parent) uint(0, ...parent)(encoder);
    if (key !== undefined && !left && !right) string(key)(encoder);
    body?.(encoder);
  };
}

type Write = (encoder: encoding.Encoder) => void;
type Sections = [client: number, clock: number, structs: Write[]][];
type Deletes = [client: number, ranges: [number, number][]][];

function written(sections: Sections, deletes: Deletes = []): Uint8Array {
  return encoding.encode((encoder) => {
    uint(sections.length)(encoder);
    for (const [client, clock, structs] of sections) {
      uint(structs.length, client, clock)(encoder);
      for (const write of structs) write(encoder);
    }
    uint(deletes.length)(encoder);
    for (const [client, ranges] of deletes) uint(client, ranges.length, ...ranges.flat())(encoder);
  });
}

/** A struct of Anna's next clock. */
function next(doc: Y.Doc, ...structs: Parts[]): Uint8Array {
  return written([[ANNA, Y.getState(doc.store, ANNA), structs.map(struct)]]);
}

const status = (body: Write, kind = 8): Parts => ({ root: 'goals', key: 'fresh', kind, body });

function expectRefused(verdict: Verdict, rule: string, reason: string, code = 4400): void {
  expect(verdict).toMatchObject({ kind: 'refused', code, reason });
  expect(verdict.kind === 'refused' && verdict.detail.startsWith(`${rule}:`), JSON.stringify(verdict)).toBe(true);
}

describe('form', () => {
  test('what the other tests write by hand is accepted as long as it is in order', () => {
    const { server } = documents();
    expect(inspect(server, next(server, status(any('x'))))).toMatchObject({ kind: 'accept' });
  });

  test('G2: an update has a limited size', () => {
    const { server } = documents();
    expectRefused(inspect(server, new Uint8Array(101), 'anna', { updateBytes: 100 }), 'G2', 'too-large');
  });

  test('G3: numbers are as short as can be and in range', () => {
    const { server } = documents();
    expectRefused(inspect(server, Uint8Array.of(0x80, 0x00, 0x00)), 'G3', 'malformed');
    expectRefused(inspect(server, new Uint8Array(12).fill(0xff)), 'G3', 'malformed');
    expectRefused(inspect(server, written([[2 ** 32, 0, [struct({ kind: 0, body: uint(1) })]]])), 'G3', 'malformed');
    expectRefused(inspect(server, next(server, { kind: 0, body: uint(2 ** 40) })), 'G3', 'too-large');
  });

  test('G4: a forged count costs nothing', () => {
    const { server } = documents();
    const forged = encoding.encode(uint(1, 30_000_000, ANNA, 0, 0, 1));
    const start = process.memoryUsage().arrayBuffers;
    expectRefused(inspect(server, forged), 'G4', 'malformed');
    expectRefused(inspect(server, encoding.encode(uint(2 ** 50))), 'G4', 'malformed');
    expectRefused(inspect(server, encoding.encode(uint(0, 1, ANNA, 2 ** 50, 0, 1))), 'G4', 'malformed');
    expect(process.memoryUsage().arrayBuffers - start).toBeLessThan(10_000_000);
  });

  test('G4: structs and ranges are limited, sections are not empty', () => {
    const { server } = documents();
    const gc = { kind: 0, body: uint(1) };
    expectRefused(inspect(server, next(server, gc, gc, gc), 'anna', { structs: 2 }), 'G4', 'too-large');
    expectRefused(inspect(server, written([[ANNA, 99, []]], [[SERVER, [[0, 1]]]])), 'G4', 'malformed');
    expectRefused(
      inspect(
        server,
        written(
          [],
          [
            [SERVER, []],
            [ANNA, [[0, 1]]],
          ],
        ),
      ),
      'G4',
      'malformed',
    );
    const ranges: Deletes = [
      [
        SERVER,
        [
          [0, 1],
          [2, 1],
        ],
      ],
    ];
    expectRefused(inspect(server, written([], ranges), 'anna', { deleteRanges: 1 }), 'G4', 'too-large');
  });

  test('G5: a client has one section', () => {
    const { server } = documents();
    const section: Sections[0] = [ANNA, Y.getState(server.store, ANNA), [struct({ kind: 0, body: uint(1) })]];
    expectRefused(inspect(server, written([section, section])), 'G5', 'malformed');
    expectRefused(
      inspect(
        server,
        written(
          [],
          [
            [ANNA, [[0, 1]]],
            [ANNA, [[2, 1]]],
          ],
        ),
      ),
      'G5',
      'malformed',
    );
  });

  test.each([
    ['Skip', 10, uint(3)],
    ['JSON', 2, (e: encoding.Encoder) => (uint(1)(e), string('{}')(e))],
    ['binary', 3, uint(1, 1)],
    ['embed', 5, string('{}')],
    ['subdocument', 9, (e: encoding.Encoder) => (string('guid')(e), encoding.writeAny(e, {}))],
    ['Y.Array', 7, uint(0)],
    ['Y.XmlElement', 7, (e: encoding.Encoder) => (uint(3)(e), string('p')(e))],
    ['Y.XmlText', 7, uint(6)],
    ['nothing known', 31, uint(1)],
  ] as [string, number, Write][])('G6: %s is not allowed', (_name, kind, body) => {
    const { server } = documents();
    expectRefused(inspect(server, next(server, status(body, kind))), 'G6', 'not-allowed');
  });

  test.each([
    ['collected', { kind: 0, body: uint(0) }],
    ['deleted', status(uint(0), 1)],
    ['text', status(string(''), 4)],
    ['values', status(any(), 8)],
  ] as [string, Parts][])('G6: length zero (%s)', (_name, parts) => {
    const { server } = documents();
    expectRefused(inspect(server, next(server, parts)), 'G6', 'malformed');
  });

  test.each([
    ['a lone continuation', [0x80]],
    ['overlong', [0xc0, 0x80]],
    ['overlong in three', [0xe0, 0x80, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['cut off', [0xf0, 0x9f, 0x98]],
    ['a wrong follower', [0xe2, 0x41, 0x80]],
  ])('G7: invalid UTF-8: %s', (_name, bytes) => {
    const { server, anna, goal } = documents();
    const left = titleOf(anna, goal)._start?.lastId;
    const body = (encoder: encoding.Encoder) => encoding.writeVarUint8Array(encoder, Uint8Array.from(bytes));
    expectRefused(
      inspect(server, next(server, { left: [left?.client ?? 0, left?.clock ?? 0], kind: 4, body })),
      'G7',
      'malformed',
    );
  });

  test('G7: lengths count as JavaScript counts them', () => {
    const { server, anna, goal } = documents();
    const update = change(anna, () => titleOf(anna, goal).insert(0, 'aā€😀\ud83d'));
    expect(inspect(server, update)).toMatchObject({ kind: 'accept', clients: new Set([ANNA]) });
    expectRefused(inspect(server, update, 'anna', { textLength: 5 }), 'G7', 'too-large');
    expectRefused(inspect(server, next(server, status(any('x'.repeat(2001))))), 'G7', 'too-large');
  });

  test.each([[null], [true], [false], [-5], [2 ** 31], [1.5], [Math.PI], ['ķ']])('G8: %s is a plain value', (value) => {
    const { server } = documents();
    expect(inspect(server, next(server, status(any(value))))).toMatchObject({ kind: 'accept' });
  });

  test.each([[undefined], [5n], [{ a: 1 }], [[1]], [new Uint8Array(1)]])('G8: %s is no plain value', (value) => {
    const { server } = documents();
    expectRefused(inspect(server, next(server, status(any(value)))), 'G8', 'not-allowed');
  });

  test.each([
    ['onclick', 'true', 'not-allowed'],
    ['link', '"javascript:alert(1)"', 'not-allowed'],
    ['bold', '{"a":1}', 'not-allowed'],
    ['__proto__', 'true', 'not-allowed'],
    ['bold', '{', 'malformed'],
    ['bold', `${'['.repeat(3000)}`, 'malformed'],
  ])('G9: formatting %s = %.40s', (name, json, reason) => {
    const { server, anna, goal } = documents();
    const id = titleOf(anna, goal)._start?.lastId;
    const format = { left: [id?.client ?? 0, id?.clock ?? 0] as Id, kind: 6, body: string(name, json) };
    expectRefused(inspect(server, next(server, format)), 'G9', reason);
  });

  test.each(['', '__proto__', 'constructor', 'prototype', 'a b', 'ķ', 'a/b'])('G10: key %j', (key) => {
    const { server } = documents();
    expectRefused(inspect(server, next(server, { ...status(any(1)), key })), 'G10', 'not-allowed');
  });

  test('G10: a key has a limited length', () => {
    const { server } = documents();
    expectRefused(inspect(server, next(server, { ...status(any(1)), key: 'k'.repeat(41) })), 'G7', 'too-large');
  });

  test('G11: every cut and every tail shows', () => {
    const { server, anna } = documents();
    const update = changes(anna, () => addAction(anna, { title: 'Talka', status: 'done' }));
    expect(inspect(server, update)).toMatchObject({ kind: 'accept' });
    for (let length = 0; length < update.length; length++) {
      expect(inspect(server, update.subarray(0, length))).toMatchObject({ kind: 'refused', code: 4400 });
    }
    expectRefused(inspect(server, Uint8Array.of(...update, 0)), 'G11', 'malformed');
  });
});

describe('whose it is', () => {
  test("G12: structs under another's client id are refused, their echo is not", () => {
    const { server, anna, goal } = documents();
    const update = change(anna, () => titleOf(anna, goal).insert(0, 'x'));
    expectRefused(inspect(server, update, 'juris'), 'G12', 'client-id', 4403);
    expect(inspect(server, update)).toMatchObject({ kind: 'accept', update, clients: new Set([ANNA]) });
    expect(inspect(server, Y.encodeStateAsUpdate(server), 'juris')).toEqual({ kind: 'nothing' });
  });

  test("G12: the server's client id belongs to nobody else, an unclaimed one to whoever comes first", () => {
    const { server, goal } = documents();
    const forged = open(SERVER, server);
    const update = change(forged, () => titleOf(forged, goal).insert(0, 'x'));
    expectRefused(inspect(server, update), 'G12', 'client-id', 4403);
    const fresh = open(99, server);
    expect(
      inspect(
        server,
        change(fresh, () => titleOf(fresh, goal).insert(0, 'x')),
      ),
    ).toMatchObject({
      kind: 'accept',
      clients: new Set([99]),
    });
  });

  test('G13: only what is new is handed on', () => {
    const { server, anna, goal } = documents();
    const update = change(anna, () => titleOf(anna, goal).insert(0, 'jauns '));
    const verdict = inspect(server, Y.encodeStateAsUpdate(anna));
    if (verdict.kind !== 'accept') throw new Error(verdict.kind);
    expect(verdict.update).toEqual(update);
    expect(verdict.clients).toEqual(new Set([ANNA]));
  });

  test('G13: known structs may say anything and change nothing', () => {
    const { server, anna, goal } = documents();
    titleOf(anna, goal).insert(0, '😀');
    Y.applyUpdate(server, Y.encodeStateAsUpdate(anna));
    const emoji = titleOf(server, goal)._start;
    // Claims to stand in the middle of the emoji, which Yjs would tear apart.
    const lie = struct({ left: [ANNA, emoji?.id.clock ?? 0], kind: 4, body: string('x') });
    const update = written([
      [SERVER, 0, [lie]],
      [99, 0, [struct({ kind: 0, body: uint(1) })]],
    ]);
    const verdict = inspect(server, update);
    if (verdict.kind !== 'accept') throw new Error(verdict.kind);
    Y.applyUpdate(server, verdict.update);
    expect(titleOf(server, goal).toString()).toBe('😀Mērķis');
  });

  test('G13: a run goes on where its beginning stands', () => {
    const { server, anna, goal } = documents();
    Y.applyUpdate(
      server,
      change(anna, () => titleOf(anna, goal).insert(6, ' viens')),
    );
    titleOf(anna, goal).insert(12, ' divi');
    const verdict = inspect(server, Y.encodeStateAsUpdate(anna));
    expect(verdict).toMatchObject({ kind: 'accept', clients: new Set([ANNA]) });
    if (verdict.kind === 'accept') Y.applyUpdate(server, verdict.update);
    expect(titleOf(server, goal).toString()).toBe('Mērķis viens divi');
    // The same run, said to continue in another text.
    const body = goalOf(server, goal).get('body') as Y.Text;
    const other = body._start?.lastId;
    const state = Y.getState(server.store, ANNA);
    const forged = struct({ left: [other?.client ?? 0, other?.clock ?? 0], kind: 4, body: string('xyz') });
    expectRefused(inspect(server, written([[ANNA, state - 1, [forged]]])), 'G16', 'malformed');
  });

  test('G14: what depends on something unknown is a gap', () => {
    const { server, anna, goal } = documents();
    const lost = change(anna, () => titleOf(anna, goal).insert(0, 'a'));
    const update = change(anna, () => titleOf(anna, goal).insert(1, 'b'));
    expect(inspect(server, update)).toEqual({ kind: 'gap' });
    expect(inspect(server, Y.mergeUpdates([lost, update]))).toMatchObject({ kind: 'accept' });
    const juris = open(JURIS, anna);
    const onTop = change(juris, () => titleOf(juris, goal).insert(1, 'c'));
    expect(inspect(server, onTop, 'juris')).toEqual({ kind: 'gap' });
    expect(inspect(server, written([], [[555, [[0, 1]]]]))).toEqual({ kind: 'gap' });
    expect(inspect(server, written([], [[SERVER, [[0, 1000]]]]))).toEqual({ kind: 'gap' });
  });

  test('G22: an echo, an empty update and a repeated deletion are nothing', () => {
    const { server, anna, goal } = documents();
    expect(inspect(server, Uint8Array.of(0, 0))).toEqual({ kind: 'nothing' });
    expect(inspect(server, Y.encodeStateAsUpdate(server))).toEqual({ kind: 'nothing' });
    const update = change(anna, () => anna.getMap('goals').delete(goal));
    expect(inspect(server, update)).toMatchObject({ kind: 'accept', clients: new Set() });
    Y.applyUpdate(server, update);
    expect(inspect(server, update)).toEqual({ kind: 'nothing' });
  });
});

describe('where it stands', () => {
  test('G15: no struct depends on itself, on a later one, or in a circle', () => {
    const { server } = documents();
    const clock = Y.getState(server.store, ANNA);
    expectRefused(
      inspect(server, next(server, { left: [ANNA, clock], kind: 4, body: string('x') })),
      'G15',
      'malformed',
    );
    expectRefused(
      inspect(server, next(server, { right: [ANNA, clock + 5], kind: 4, body: string('x') })),
      'G15',
      'malformed',
    );
    const circle = written([
      [60, 0, [struct({ left: [61, 0], kind: 4, body: string('x') })]],
      [61, 0, [struct({ left: [60, 0], kind: 4, body: string('y') })]],
    ]);
    expectRefused(inspect(server, circle), 'G15', 'malformed');
  });

  test('G15: sections that wait for one another without a circle are accepted', () => {
    const { server, goal } = documents();
    const first = open(60, server);
    const second = open(61, server);
    const exchange = () => {
      Y.applyUpdate(first, Y.encodeStateAsUpdate(second));
      Y.applyUpdate(second, Y.encodeStateAsUpdate(first));
    };
    for (let round = 0; round < 5; round++) {
      titleOf(first, goal).insert(round, 'a');
      exchange();
      titleOf(second, goal).insert(2 * round, 'b');
      exchange();
    }
    expect(inspect(server, Y.encodeStateAsUpdate(first))).toMatchObject({ kind: 'accept', clients: new Set([61, 60]) });
  });

  test('G16: neighbours stand in one text, in order, and can have been neighbours', () => {
    const { server, goal } = documents();
    const title = titleOf(server, goal)._start?.id.clock ?? 0;
    const body = (goalOf(server, goal).get('body') as Y.Text)._start?.id.clock ?? 0;
    const between = (left: number | null, right: number | null): Parts => ({
      ...(left === null ? {} : { left: [ANNA, left] as Id }),
      ...(right === null ? {} : { right: [ANNA, right] as Id }),
      kind: 4,
      body: string('x'),
    });
    expect(inspect(server, next(server, between(title, title + 1)))).toMatchObject({ kind: 'accept' });
    expect(inspect(server, next(server, between(null, title)))).toMatchObject({ kind: 'accept' });
    expect(inspect(server, next(server, between(title + 5, null)))).toMatchObject({ kind: 'accept' });
    for (const [left, right] of [
      [title, body],
      [title + 1, title],
      [title, title],
      [title, title + 2],
      [null, title + 1],
    ]) {
      expectRefused(inspect(server, next(server, between(left ?? null, right ?? null))), 'G16', 'malformed');
    }
  });

  test('G16: also among new structs', () => {
    const { server, goal } = documents();
    const clock = Y.getState(server.store, ANNA);
    const title = titleOf(server, goal)._start?.id.clock ?? 0;
    const first = { left: [ANNA, title] as Id, right: [ANNA, title + 1] as Id, kind: 4, body: string('x') };
    const beyond = { left: [ANNA, clock] as Id, right: [ANNA, title] as Id, kind: 4, body: string('y') };
    expectRefused(inspect(server, next(server, first, beyond)), 'G16', 'malformed');
  });

  test.each([
    ['an unknown root', { root: 'other', key: 'x', kind: 8, body: any(1) }],
    ['a root of no name', { root: '', key: 'x', kind: 8, body: any(1) }],
    ['__proto__ as a root', { root: '__proto__', key: 'x', kind: 8, body: any(1) }],
    ['a list in a map', { root: 'goals', kind: 8, body: any(1) }],
    ['text in a map', { root: 'goals', key: 'x', kind: 4, body: string('x') }],
    ['formatting in a map', { root: 'goals', key: 'x', kind: 6, body: string('bold', 'true') }],
  ] as [string, Parts][])('G17: %s', (_name, parts) => {
    const { server } = documents();
    expectRefused(inspect(server, next(server, parts)), 'G17', 'not-allowed');
  });

  test('G17: texts hold text, and a parent is a type', () => {
    const { server, goal } = documents();
    const text = titleOf(server, goal)._item?.id.clock ?? 0;
    const inText = (kind: number, body: Write): Parts => ({ parent: [ANNA, text], kind, body });
    expect(inspect(server, next(server, inText(4, string('x'))))).toMatchObject({ kind: 'accept' });
    for (const parts of [inText(8, any(1)), inText(7, uint(1)), { ...inText(4, string('x')), key: 'x' }]) {
      expectRefused(inspect(server, next(server, parts)), 'G17', 'not-allowed');
    }
    expectRefused(
      inspect(server, next(server, { ...inText(4, string('x')), parent: [ANNA, text + 1] })),
      'G17',
      'not-allowed',
    );
  });

  test('G17: what stands under a deleted parent becomes garbage', () => {
    const { server, anna, goal } = documents();
    const update = change(anna, () => titleOf(anna, goal).insert(3, 'late'));
    server.getMap('goals').delete(goal);
    const verdict = inspect(server, update);
    expect(verdict).toMatchObject({ kind: 'accept' });
    if (verdict.kind === 'accept') Y.applyUpdate(server, verdict.update);
    expect(server.store.pendingStructs).toBeNull();
  });

  test('G18: types do not nest without end', () => {
    const { server } = documents();
    const clock = Y.getState(server.store, ANNA);
    const nested = (depth: number): Parts[] => [
      { root: 'goals', key: 'deep', kind: 7, body: uint(1) },
      ...Array.from({ length: depth - 1 }, (_, i): Parts => ({
        parent: [ANNA, clock + i],
        key: 'x',
        kind: 7,
        body: uint(1),
      })),
    ];
    expect(inspect(server, next(server, ...nested(8)))).toMatchObject({ kind: 'accept' });
    expectRefused(inspect(server, next(server, ...nested(9))), 'G18', 'not-allowed');
    expectRefused(inspect(server, next(server, ...nested(5000))), 'G18', 'not-allowed');
  });

  test('G19: the entries of meta are the server’s; the title is written by everybody', () => {
    const { server, anna } = documents();
    const meta = anna.getMap<unknown>('meta');
    expect(
      inspect(
        server,
        change(anna, () => (meta.get('title') as Y.Text).insert(0, 'Jauns ')),
      ),
    ).toMatchObject({ kind: 'accept' });
    for (const edit of [
      (map: Y.Map<unknown>) => map.set('schema', 2),
      (map: Y.Map<unknown>) => map.set('title', new Y.Text('x')),
      (map: Y.Map<unknown>) => map.set('other', 1),
      (map: Y.Map<unknown>) => map.delete('schema'),
      (map: Y.Map<unknown>) => map.delete('title'),
    ]) {
      const copy = open(99, server);
      const update = change(copy, () => edit(copy.getMap('meta')));
      expectRefused(inspect(server, update), 'G19', 'server-only', 4403);
    }
  });

  test('G20: delete ranges are in order and do not overlap', () => {
    const { server } = documents();
    expectRefused(
      inspect(
        server,
        written(
          [],
          [
            [
              ANNA,
              [
                [2, 1],
                [0, 1],
              ],
            ],
          ],
        ),
      ),
      'G20',
      'malformed',
    );
    expectRefused(
      inspect(
        server,
        written(
          [],
          [
            [
              ANNA,
              [
                [0, 2],
                [1, 2],
              ],
            ],
          ],
        ),
      ),
      'G20',
      'malformed',
    );
    expectRefused(inspect(server, written([], [[ANNA, [[0, 0]]]])), 'G6', 'malformed');
  });

  test('G21: a full document takes deletions only', () => {
    const { server, anna, goal } = documents();
    const limits = { documentBytes: 10 };
    const copy = open(JURIS, server);
    expect(
      inspect(
        server,
        change(copy, () => copy.getMap('goals').delete(goal)),
        'juris',
        limits,
      ),
    ).toMatchObject({ kind: 'accept' });
    expectRefused(
      inspect(
        server,
        changes(anna, () => addAction(anna, { title: 'Talka' })),
        'anna',
        limits,
      ),
      'G21',
      'too-large',
    );
  });
});

test('a whole action goes through in one piece', () => {
  const { server, anna, goal } = documents();
  const update = changes(anna, () => {
    const action = addAction(anna, { title: 'Talka', goal });
    setAction(anna, action, { status: 'running' });
  });
  const verdict = inspect(server, update);
  expect(verdict).toMatchObject({ kind: 'accept' });
  expect(verdict.kind === 'accept' && verdict.update).toBe(update);
});
