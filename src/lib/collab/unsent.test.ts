import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { addAction, addFunding, addGoal, moveAction, removeAction, seedPlan, setFunding } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { PLAN_ROOTS } from '#domain/plan/schema.ts';
import { replayUnsent } from './unsent.ts';

const ROOTS = Object.keys(PLAN_ROOTS);
const LV = new Intl.Collator('lv');

function copy(doc: Y.Doc): Y.Doc {
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  return other;
}

/** A plan on the server, and a copy of it where somebody writes on without the server knowing. */
function setUp() {
  const server = new Y.Doc();
  seedPlan(server, 'Plāns');
  const goal = addGoal(server, 'Viedie ciemi');
  const action = addAction(server, { title: 'Kopienu forums', goal });
  const other = addAction(server, { title: 'Mazie granti', goal });
  return { server, mine: copy(server), goal, action, other };
}

const field = (doc: Y.Doc, action: string, name: string) => planRoots(doc).actions.get(action)?.get(name) as Y.Text;

/** Replays into a fresh copy of the server's document; checks that only its own client id wrote. */
function replay(mine: Y.Doc, server: Y.Doc): Y.Doc {
  const fresh = copy(server);
  const clocks = () => Y.decodeStateVector(Y.encodeStateVector(fresh));
  const before = clocks();
  replayUnsent(mine, fresh, ROOTS);
  for (const [client, clock] of clocks()) {
    if (client !== fresh.clientID) expect(clock).toBe(before.get(client));
  }
  return fresh;
}

describe('replayUnsent', () => {
  it('writes text anew where it was, and leaves what others wrote meanwhile', () => {
    const { server, mine, action } = setUp();
    field(mine, action, 'title').insert(8, 'lielais ');
    field(mine, action, 'title').delete(0, 1);
    field(server, action, 'title').insert(14, ' Ķekavā');
    expect(readPlan(replay(mine, server)).actions[0]?.title).toBe('opienu lielais forums Ķekavā');
  });

  it('puts text behind a neighbour that others deleted meanwhile', () => {
    const { server, mine, action } = setUp();
    field(mine, action, 'title').insert(3, '-X-');
    field(server, action, 'title').delete(1, 4);
    expect(readPlan(replay(mine, server)).actions[0]?.title).toBe('K-X-nu forums');
  });

  it('adds new items whole, with their rich text', () => {
    const { server, mine, goal } = setUp();
    const id = addAction(mine, { title: 'Jauna', goal, status: 'running' });
    addFunding(mine, id, { cents: 4200 }, 'Grants');
    field(mine, id, 'body').insert(0, 'svarīgi', { bold: true });
    const fresh = replay(mine, server);
    expect(readPlan(fresh).actions.find((action) => action.id === id)).toEqual(
      readPlan(mine).actions.find((action) => action.id === id),
    );
    expect(field(fresh, id, 'body').toDelta()).toEqual(field(mine, id, 'body').toDelta());
  });

  it('sets values, moves and removes, and does not bring back what others removed', () => {
    const { server, mine, action, other, goal } = setUp();
    moveAction(mine, action, {}, { status: 'done' });
    removeAction(mine, other);
    const third = addAction(server, { title: 'Trešā', goal });
    const fresh = readPlan(replay(mine, server));
    expect(fresh.actions.map((view) => view.id).sort(LV.compare)).toEqual([action, third].sort(LV.compare));
    expect(fresh.actions.find((view) => view.id === action)?.status).toBe('done');

    removeAction(server, action);
    expect(readPlan(replay(mine, server)).actions.map((view) => view.id)).toEqual([third]);
  });

  it('keeps formatting that was put on text of others', () => {
    const { server, mine, action } = setUp();
    field(server, action, 'body').insert(0, 'Teksts par forumu');
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(server));
    field(mine, action, 'body').format(7, 3, { bold: true });
    field(server, action, 'body').format(0, 6, { italic: true });
    expect(field(replay(mine, server), action, 'body').toDelta()).toEqual([
      { insert: 'Teksts', attributes: { italic: true } },
      { insert: ' ' },
      { insert: 'par', attributes: { bold: true } },
      { insert: ' forumu\n' },
    ]);
  });

  it('does nothing when there is nothing unsent', () => {
    const { server, mine, action } = setUp();
    field(server, action, 'title').insert(0, 'Lielais ');
    const fresh = copy(server);
    replayUnsent(mine, fresh, ROOTS);
    expect(Y.encodeStateVector(fresh)).toEqual(Y.encodeStateVector(server));
  });

  it('without others writing gives exactly what was refused, whatever was done', () => {
    const step = fc.record({ kind: fc.nat(5), at: fc.nat(40), length: fc.nat(6), text: fc.string({ minLength: 1 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { server, mine, action, other, goal } = setUp();
        const line = addFunding(server, action, {}) ?? '';
        Y.applyUpdate(mine, Y.encodeStateAsUpdate(server));
        for (const { kind, at, length, text } of steps) {
          const target = field(mine, at % 2 ? action : other, kind === 4 ? 'body' : 'title');
          const index = target ? Math.min(at, target.length) : 0;
          if (kind === 0) target.insert(index, text, {});
          else if (kind === 1) target.delete(index, Math.min(length, target.length - index));
          else if (kind === 2) moveAction(mine, action, { after: at % 2 ? other : null }, { status: 'running' });
          else if (kind === 3) setFunding(mine, action, line, { cents: at });
          else if (kind === 4) target.insert(index, text, at % 3 ? { bold: true } : {});
          else addAction(mine, { title: text, goal });
        }
        const fresh = replay(mine, server);
        expect(readPlan(fresh)).toEqual(readPlan(mine));
        for (const id of [action, other]) {
          expect(field(fresh, id, 'body').toDelta()).toEqual(field(mine, id, 'body').toDelta());
        }
      }),
    );
  });
});
