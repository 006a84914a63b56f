import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import {
  addAction,
  addFunding,
  addGoal,
  moveAction,
  removeAction,
  seedPlan,
  setAction,
  setFunding,
} from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { BeforeRestore } from './before-restore.ts';

function copy(doc: Y.Doc): Y.Doc {
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  return other;
}

function share(...docs: Y.Doc[]): void {
  for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
}

const field = (doc: Y.Doc, action: string, name: string) => planRoots(doc).actions.get(action)?.get(name) as Y.Text;
const titles = (doc: Y.Doc) => readPlan(doc).actions.map(({ title }) => title);

/** A backup, and what I and somebody else have of the plan. */
function setUp() {
  const backup = new Y.Doc();
  seedPlan(backup, 'Plāns');
  const goal = addGoal(backup, 'Viedie ciemi');
  const action = addAction(backup, { title: 'Kopienu forums', goal });
  return { backup, goal, action, mine: copy(backup), theirs: copy(backup), plan: copy(backup) };
}

const before = (mine: Y.Doc, { putBack = false, clients = [mine.clientID] } = {}) =>
  new BeforeRestore({ updates: [Y.encodeStateAsUpdate(mine)], clients, putBack });

describe('what a person wrote before a restore', () => {
  it('is offered as their own passages, without the words of others between them', () => {
    const { mine, theirs, plan, action } = setUp();
    field(mine, action, 'body').insert(0, 'Mans teksts beidzas');
    share(mine, theirs);
    field(theirs, action, 'body').insert(4, ' un viņu');
    share(mine, theirs);
    const { texts, values } = before(mine).lost(plan);
    expect(texts).toEqual([
      { place: `actions/${action}/body`, item: 'Kopienu forums', text: 'Mans …  teksts beidzas', hasPlace: true },
    ]);
    expect(values).toEqual([]);
  });

  it('goes back to where it was under a fresh client id, and takes nothing of others along', () => {
    const { mine, theirs, plan, action } = setUp();
    field(mine, action, 'body').insert(0, 'Mans teksts', { bold: true });
    share(mine, theirs);
    field(theirs, action, 'body').insert(4, ' un viņu', { bold: true });
    setAction(theirs, action, { starts: '2025-01-01' });
    share(mine, theirs);
    setAction(mine, action, { status: 'running' });
    field(plan, action, 'title').insert(0, 'Pēc atjaunošanas: ');
    before(mine).putBack(plan, {});
    expect(readPlan(plan).actions).toMatchObject([
      { title: 'Pēc atjaunošanas: Kopienu forums', body: 'Mans teksts', status: 'running', starts: null },
    ]);
    expect(field(plan, action, 'body').toDelta()).toEqual([
      { insert: 'Mans teksts', attributes: { bold: true } },
      { insert: '\n' },
    ]);
    expect([plan.store.clients.has(mine.clientID), plan.store.clients.has(theirs.clientID)]).toEqual([false, false]);
  });

  it('counts values, and neither moves, deletions nor what was removed', () => {
    const { mine, plan, action, goal } = setUp();
    const other = addAction(mine, { title: 'Atmesta', goal });
    removeAction(mine, other);
    setAction(mine, action, { status: 'done' });
    moveAction(mine, action, {});
    field(mine, action, 'title').delete(0, 8);
    const kept = before(mine);
    expect(kept.lost(plan)).toEqual({ texts: [], values: [`actions/${action}/status`] });
    kept.putBack(plan, {});
    expect(readPlan(plan).actions).toMatchObject([{ title: 'Kopienu forums', status: 'done' }]);
  });

  it('brings a new action back with what its author wrote in it', () => {
    const { mine, theirs, plan, goal } = setUp();
    const id = addAction(mine, { title: 'Mana', goal });
    const line = addFunding(mine, id, { cents: 4200 }, 'Grants');
    share(mine, theirs);
    field(theirs, id, 'title').insert(4, ' (viņu)');
    share(mine, theirs);
    before(mine).putBack(plan, {});
    const view = readPlan(plan).actions.find((action) => action.id === id);
    expect(view).toMatchObject({ title: 'Mana', goal, funding: [{ id: line, cents: 4200, note: 'Grants' }] });
  });

  it('has no place any more in an action of somebody else that the backup lacks, or that was removed since', () => {
    const { mine, theirs, plan, action, goal } = setUp();
    const lost = addAction(theirs, { title: 'Viņu', goal });
    share(mine, theirs);
    field(mine, lost, 'body').insert(0, 'Mans komentārs');
    field(mine, action, 'body').insert(0, 'Mans teksts');
    removeAction(plan, action);
    const kept = before(mine);
    expect(kept.lost(plan).texts.map(({ item, text, hasPlace }) => [item, text, hasPlace])).toEqual(
      expect.arrayContaining([
        ['Viņu', 'Mans komentārs', false],
        ['Kopienu forums', 'Mans teksts', false],
      ]),
    );
    kept.putBack(plan, {});
    expect(titles(plan)).toEqual([]);
    expect(before(mine, { putBack: true }).lost(plan).texts).toHaveLength(2);
  });

  it('is nobody’s news when the plan has it all', () => {
    const { mine, plan, theirs, action } = setUp();
    expect(before(mine).isAheadOf(plan)).toBe(false);
    field(theirs, action, 'title').delete(0, 3);
    share(mine, theirs);
    expect(before(mine).isAheadOf(plan)).toBe(true);
    expect(before(mine).lost(plan)).toEqual({ texts: [], values: [] });
  });

  it('is all there again whatever I did alone, as long as I deleted nothing', () => {
    const step = fc.record({ kind: fc.nat(4), at: fc.nat(40), text: fc.string({ minLength: 1 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { backup, goal, action } = setUp();
        const line = addFunding(backup, action, {}) ?? '';
        const [mine, plan] = [copy(backup), copy(backup)];
        let newest = action;
        for (const { kind, at, text } of steps) {
          const target = field(mine, at % 2 ? action : newest, kind === 3 ? 'body' : 'title');
          const index = Math.min(at, target.length);
          if (kind === 0) target.insert(index, text, {});
          else if (kind === 1) setFunding(mine, action, line, { cents: at });
          else if (kind === 2) setAction(mine, newest, { status: at % 2 ? 'running' : 'done' });
          else if (kind === 3) target.insert(index, text, at % 3 ? { bold: true } : {});
          else newest = addAction(mine, { title: text, goal });
        }
        const kept = before(mine);
        const written = kept.lost(plan).texts.length > 0 || kept.lost(plan).values.length > 0;
        kept.putBack(plan, {});
        expect(readPlan(plan)).toEqual(readPlan(mine));
        if (!written) expect(Y.encodeStateVector(plan)).toEqual(Y.encodeStateVector(backup));
      }),
    );
  });
});
