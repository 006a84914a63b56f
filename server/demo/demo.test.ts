import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { AuthorIndex, evenness, planAuthorship, DEFAULT_THRESHOLDS } from '#domain/authorship.ts';
import { sumMoney } from '#domain/money.ts';
import { planRoots, readPlan, type PlanView } from '#domain/plan/read.ts';
import { acceptsAttribute } from '#domain/rich-text.ts';
import { createApp, type App } from '../app.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/client.ts';
import { LedgerReader } from '../documents/ledger/reader.ts';
import { verifyLedger } from '../documents/ledger/verify.ts';
import { fillLargeDemo } from '#tests/support/large-demo.ts';
import { parseSamplePlan, readSamplePlan, type SampleAction } from './sample-plan.ts';
import { cut } from './write-plan.ts';

const config = (dataDir: string) => readConfig({ DEMO: '1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
/** Busy machines write a demo slowly. */
const PATIENCE_MS = 60_000;
const newFolder = () => mkdtempSync(path.join(tmpdir(), 'kopplans-demo-'));
const tables = (app: App) =>
  Object.fromEntries(
    ['person', 'organisation', 'membership', 'workspace', 'document', 'ledger', 'claim', 'participation'].map(
      (table) => [
        table,
        app.db.sqlite.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${table}`).get()?.count,
      ],
    ),
  );

describe('the demo', () => {
  const dataDir = newFolder();
  let app: App;
  let rows: SampleAction[];
  let plan: PlanView;
  let documentId: string;
  const organisations = new Map<string, string>();

  beforeAll(async () => {
    app = await createApp(config(dataDir));
    rows = await readSamplePlan();
    const workspace = await app.people.workspaces.bySlug('kekavas-novads');
    if (!workspace) throw new Error('no demo workspace');
    for (const { id, name } of await app.people.workspaces.organisations(workspace.id)) organisations.set(id, name);
    documentId = (await app.people.workspaces.plans(workspace.id))[0]?.documentId ?? '';
    plan = (await app.documents.read(documentId, readPlan)) as PlanView;
  }, PATIENCE_MS);
  afterAll(async () => {
    await app.close();
    rmSync(dataDir, { recursive: true });
  });

  test('has a workspace that says it is a demo, with people of every role', async () => {
    const workspace = await app.people.workspaces.bySlug('kekavas-novads');
    expect(workspace).toMatchObject({ name: 'Ķekavas novads', demo: true });
    const members = await app.people.workspaces.members(workspace?.id ?? '');
    expect(members.length).toBeGreaterThanOrEqual(10);
    expect(new Set(members.map((member) => member.role))).toEqual(
      new Set(['coordinator', 'editor', 'evaluator', 'observer']),
    );
    expect(members.map((member) => member.mark)).toEqual(members.map((_, i) => i));
    expect(
      Object.values(await app.people.workspaces.emails(workspace?.id ?? '')).every((email) =>
        email.endsWith('@example.org'),
      ),
    ).toBe(true);
    expect(
      await app.people.accounts.signIn({
        email: 'aija.kruze@example.org',
        password: 'kopa-raksta-planu',
        address: '127.0.0.1',
      }),
    ).toMatchObject({ ok: true });
    expect(app.welcome.join(' ')).toMatch(/demo.*made up/);
  });

  test('has every column of every row in its place', () => {
    expect(plan.title).toBe('Sadarbības rīcības plāns 2025');
    expect(plan.goals.map((goal) => goal.title)).toEqual([...new Set(rows.map((row) => row.goal))]);
    expect(plan.goals).toHaveLength(7);
    expect(plan.actions).toHaveLength(20);
    const named = (ids: string[]) => ids.map((id) => organisations.get(id)).sort();
    for (const [i, row] of rows.entries()) {
      const action = plan.actions[i];
      if (!action) throw new Error('missing');
      expect(action.title).toBe(row.title);
      expect(plan.goals.find((goal) => goal.id === action.goal)?.title).toBe(row.goal);
      expect(action.body.split('\n')[0]).toBe(row.description);
      expect(named(action.responsible)).toEqual([row.responsible]);
      expect(named(action.partners)).toEqual([...row.partners].sort());
      expect([action.starts, action.ends, action.status]).toEqual([row.starts, row.ends, row.status]);
      const cash = action.funding.filter((line) => line.form === 'cash');
      expect(cash.filter((line) => line.source === 'municipal').map((line) => line.cents)).toEqual(
        row.municipal > 0 ? [row.municipal] : [],
      );
      expect(
        cash.filter((line) => line.source !== 'municipal').map((line) => [line.cents, line.funder, line.source]),
      ).toEqual(row.attracted > 0 ? [[row.attracted, row.funder, row.source]] : []);
      expect(action.funding.filter((line) => line.form === 'volunteer').map((line) => line.hours)).toEqual(
        row.hours > 0 ? [row.hours] : [],
      );
      expect(action.indicators.map(({ name, baseline, target }) => ({ name, baseline, target }))).toEqual([
        row.indicator,
      ]);
    }
  });

  test('keeps several funders of one amount as one line, and adds up', () => {
    const prefinancing = plan.actions[5];
    expect(prefinancing?.indicators[0]).toMatchObject({ baseline: 4.1, target: 5 });
    expect(prefinancing?.funding.filter((line) => line.source === 'mixed')).toMatchObject([
      { funder: 'LEADER, Erasmus+, Sabiedrības integrācijas fonds', cents: 140_000_00 },
    ]);
    expect(sumMoney(plan.actions)).toMatchObject({ municipal: 97_000_00, attracted: 280_300_00, volunteerHours: 6030 });
  });

  test('is written by many people of several organisations, some actions by three and more', async () => {
    const index = new AuthorIndex();
    index.add(await app.documents.authors(documentId));
    const report = await app.documents.read(documentId, (doc) => planAuthorship(doc, index, DEFAULT_THRESHOLDS));
    if (!report) throw new Error('no plan');
    expect(report.people.length).toBeGreaterThanOrEqual(8);
    expect(report.organisations.length).toBeGreaterThanOrEqual(5);
    expect(report.organisations.every((total) => organisations.has(total.organisation ?? ''))).toBe(true);
    const coAuthors = [...report.actions.values()].map(
      (action) => action.authors.filter((author) => author.isCoAuthor).length,
    );
    expect(Math.min(...coAuthors)).toBeGreaterThanOrEqual(2);
    expect(coAuthors.filter((count) => count >= 3).length).toBeGreaterThanOrEqual(15);
    expect([...report.actions.values()].map((action) => action.unattributed)).toEqual(Array(20).fill(0));
    expect(evenness(report.organisations.map((total) => total.characters))).toBeGreaterThan(0.7);
  });

  test('the ladder has participants who did not write and contributors who are no co-authors', async () => {
    const report = await app.plans.authorship(documentId);
    const { participants, contributors, coAuthors } = report?.ladder ?? {};
    expect([participants?.size, contributors?.size, coAuthors?.size]).toEqual([15, 13, 12]);
  });

  test('was edited, deleted and undone, and undone text stays with its author', async () => {
    const reader = new LedgerReader(app.db.sqlite);
    const rows = [...reader.rows(documentId, 1, reader.headSeq(documentId) ?? 0)];
    expect(rows.filter(({ deleted }) => deleted !== '[]').length).toBeGreaterThan(5);
    const members = new Map(
      (await app.people.workspaces.members((await app.people.workspaces.bySlug('kekavas-novads'))?.id ?? '')).map(
        (member) => [member.name, member.id],
      ),
    );
    const jānis = members.get('Jānis Strautiņš') ?? '';
    const words = await app.plans.words(documentId, { by: { person: jānis }, in: plan.actions[4]?.id ?? '' });
    const own = words?.[0]?.passages
      .flatMap((passage) => passage.parts)
      .filter((part) => part.author?.person === jānis);
    expect(own?.map((part) => part.text).join('')).toContain('Atbildi katrs saņem divu nedēļu laikā, ar pamatojumu.');
    const body = plan.actions[0]?.body ?? '';
    expect(body).not.toContain('Uzņēmēji nāk tikai uz vienu');
  });

  test('has formatting that the editor knows, on line breaks only where it belongs there', async () => {
    const kinds = new Set<string>();
    await app.documents.read(documentId, (doc) => {
      for (const action of planRoots(doc).actions.values()) {
        const body = action.get('body');
        if (!(body instanceof Y.Text)) throw new Error('no body');
        expect(body.toString().endsWith('\n')).toBe(true);
        for (const { insert, attributes = {} } of body.toDelta() as {
          insert: string;
          attributes?: Record<string, unknown>;
        }[]) {
          for (const [name, value] of Object.entries(attributes)) {
            kinds.add(`${name} ${String(value)}`);
            expect(acceptsAttribute(name, value)).toBe(true);
            expect(/^\n+$/.test(insert)).toBe(name === 'block' || name === 'indent');
          }
        }
      }
    });
    expect([...kinds].sort()).toEqual(['block bullet', 'block heading2', 'block ordered', 'block quote', 'bold true']);
  });

  test('has a ledger without a flaw', async () => {
    const report = await verifyLedger(app.db.sqlite, documentId);
    expect(report.rows).toBeGreaterThan(500);
    expect(report.problems).toEqual([]);
  });

  test('is written once', async () => {
    const before = tables(app);
    await app.close();
    app = await createApp(config(dataDir));
    expect(tables(app)).toEqual(before);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('.demo-'))).toEqual([]);
  });
});

test(
  'a start that was broken off leaves nothing half-filled',
  async () => {
    const dataDir = newFolder();
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    // What a killed start leaves behind, and an empty database from an earlier one.
    mkdirSync(path.join(dataDir, '.demo-killed'));
    writeFileSync(path.join(dataDir, '.demo-killed', 'kopplans.sqlite'), 'half');
    openDatabase(dataDir).close();
    const app = await createApp(config(dataDir));
    expect((await app.people.workspaces.all()).map((workspace) => workspace.slug)).toEqual(['kekavas-novads']);
    expect(existsSync(path.join(dataDir, '.demo-killed'))).toBe(false);
    await app.close();
  },
  PATIENCE_MS,
);

test('a database with people in it is left alone', async () => {
  const dataDir = newFolder();
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const before = await createApp({ ...config(dataDir), demo: false, origin: 'http://127.0.0.1' });
  await before.people.accounts.create({ email: 'anna@example.org', name: 'Anna', password: null });
  await before.close();
  const app = await createApp(config(dataDir));
  expect(await app.people.workspaces.all()).toEqual([]);
  await app.close();
});

test('the sample plan says which row is wrong', async () => {
  const head = (await readSamplePlan()).length;
  expect(head).toBe(20);
  expect(() => parseSamplePlan('Nr.;Mērķis\n7;x')).toThrow('row 7');
});

test('a text is cut into parts that make it up again', () => {
  const text = 'Četras tikšanās gadā, katru reizi citā apkaimē. Darba kārtību veido kopīgi.';
  for (const count of [1, 2, 3, 4]) {
    const parts = cut(text, count);
    expect(parts).toHaveLength(count);
    expect(parts.join('')).toBe(text);
  }
  expect(cut(text, 2)[0]).toBe('Četras tikšanās gadā, katru reizi citā apkaimē.');
});

test(
  'a plan of many actions can be written for tests and benchmarks',
  async () => {
    const dataDir = newFolder();
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    await fillLargeDemo(dataDir, 45);
    const app = await createApp(config(dataDir));
    const [workspace] = await app.people.workspaces.all();
    const [found] = await app.people.workspaces.plans(workspace?.id ?? '');
    const plan = await app.documents.read(found?.documentId ?? '', readPlan);
    expect(plan?.actions).toHaveLength(45);
    expect(plan?.goals).toHaveLength(7);
    expect(plan?.actions[40]?.title).toBe(`${plan?.actions[0]?.title} (3)`);
    await app.close();
  },
  PATIENCE_MS,
);
