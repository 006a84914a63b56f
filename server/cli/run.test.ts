import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase } from '../db/client.ts';
import { createPeople } from '../people.ts';
import { commands } from './commands.ts';
import { run } from './run.ts';

// Bare node is slow to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-cli-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Runs a command here; `out` and `err` are what it printed. */
async function admin(args: string[], { origin = '' } = {}) {
  const printed = { log: [] as string[], error: [] as string[] };
  const spies = (['log', 'error'] as const).map((kind) =>
    vi.spyOn(console, kind).mockImplementation((line) => void printed[kind].push(String(line))),
  );
  const status = await run(args, { DATA_DIR: dataDir, ORIGIN: origin });
  for (const spy of spies) spy.mockRestore();
  return { status, out: printed.log.join('\n'), err: printed.error.join('\n') };
}

async function listed(): Promise<unknown> {
  return JSON.parse((await admin(['people:list', '--json'])).out);
}

async function services<T>(work: (people: ReturnType<typeof createPeople>) => Promise<T>): Promise<T> {
  const db = openDatabase(dataDir);
  try {
    return await work(createPeople({ db, secure: false }));
  } finally {
    db.close();
  }
}

const anna = ['person:create', '--email', ' Anna@Example.LV', '--name', 'Anna Kalniņa'];

test('help names every command', async () => {
  const help = await admin(['--help']);
  expect(help.status).toBe(0);
  for (const { name } of commands) expect(help.out).toContain(name);
  expect(await admin([])).toEqual(help);
});

test.each([
  [['nonsense']],
  [['person:create', '--name', 'Anna']],
  [['person:create', '--email', 'no', '--name', 'Anna']],
  [['person:create', '--email', 'a@b.lv', '--name', ' ']],
  [[...anna, '--role', 'editor']],
  [[...anna, '--what']],
])('wrong usage is said in one line: %j', async (args) => {
  const { status, out, err } = await admin(args);
  expect([status, out, err.split('\n').length]).toEqual([2, '', 1]);
});

test('without a database commands that only look say where they looked', async () => {
  const { status, err } = await admin(['people:list', '--json']);
  expect(status).toBe(1);
  expect(err).toContain(dataDir);
});

test('a created person can sign in with the printed password, or with one of their own', async () => {
  const { status, out: password } = await admin(anna);
  expect(status).toBe(0);
  const signIn = (password: string) =>
    services(({ accounts }) => accounts.signIn({ email: 'anna@example.lv', password, address: '192.0.2.1' }));
  expect(await signIn(password)).toMatchObject({ ok: true });
  expect(await admin(anna)).toMatchObject({ status: 1, out: '' });

  // As people run it, with standard input.
  const { status: changed } = spawnSync(
    process.execPath,
    ['server/cli/main.ts', 'person:password', '--email', 'anna@example.lv', '--password-stdin'],
    { env: { ...process.env, DATA_DIR: dataDir, ORIGIN: '' }, input: 'zaļš bebrs 7\n' },
  );
  expect(changed).toBe(0);
  expect(await signIn(password)).toMatchObject({ ok: false });
  expect(await signIn('zaļš bebrs 7')).toMatchObject({ ok: true });
});

test('commands work from any folder', async () => {
  const main = path.resolve(import.meta.dirname, 'main.ts');
  const env = { ...process.env, DATA_DIR: '.', ORIGIN: '' };
  expect(spawnSync(process.execPath, [main, ...anna], { cwd: dataDir, env }).status).toBe(0);
  expect(await listed()).toMatchObject([{ email: 'anna@example.lv' }]);
});

test('a person can be made a member; what does not exist is named, and leaves nothing behind', async () => {
  const place = ['--workspace', 'kekavas-novads', '--role', 'editor'];
  expect(await admin([...anna, ...place])).toMatchObject({ status: 1 });
  await services(async ({ workspaces }) => {
    const { id } = await workspaces.create({ name: 'Ķekavas novads' });
    await workspaces.addOrganisation(id, { name: 'Darām Daugmalei', kind: 'association', sector: 'civic' });
  });
  expect(await admin([...anna, ...place, '--organisation', 'Nav tādas'])).toMatchObject({ status: 1 });
  expect(await admin([...anna, '--workspace', 'kekavas-novads', '--role', 'king'])).toMatchObject({ status: 2 });
  expect(await listed()).toEqual([]);

  // Some terminals send letters and marks apart.
  const organisation = 'Darām Daugmalei'.normalize('NFD');
  expect(await admin([...anna, ...place, '--organisation', organisation])).toMatchObject({ status: 0 });
  expect(await listed()).toMatchObject([
    {
      email: 'anna@example.lv',
      name: 'Anna Kalniņa',
      memberships: [{ workspace: 'kekavas-novads', role: 'editor', organisation: 'Darām Daugmalei', ended: false }],
    },
  ]);
  expect((await admin(['people:list'])).out).toContain('kekavas-novads: editor');
});

test('what people call themselves and others gives the terminal no orders', async () => {
  await services(async ({ accounts, workspaces }) => {
    // As they were stored before names were read as they are seen.
    const colour = '\u001b[31m';
    const { id } = await workspaces.create({ name: 'Ķekavas novads' });
    await workspaces.addOrganisation(id, { name: `Darām${colour}\u202e`, kind: 'association', sector: 'civic' });
    await accounts.create({ email: `a${colour}@b.lv`, name: `Anna\t${colour}\u009b1m`, password: null });
  });
  expect((await admin(['people:list'])).out).toBe('a�[31m@b.lv\tAnna��[31m�1m');
  expect((await admin(['people:list', '--json'])).out).not.toMatch(/[\u009b]/);
  expect(await listed()).toMatchObject([{ name: 'Anna\t\u001b[31m\u009b1m' }]);
  const place = ['--workspace', 'kekavas-novads', '--role', 'editor', '--organisation', 'Nav tādas'];
  expect((await admin([...anna, ...place])).err).toContain('there is "Darām�[31m�"');
});

test('a session is printed as the cookie that the server expects', async () => {
  await admin(anna);
  const create = ['session:create', '--email', 'anna@example.lv'];
  const { out } = await admin(create);
  expect(out).toMatch(/^kopplans-session=\S+$/);
  expect(await services(({ sessions }) => sessions.read(out))).toMatchObject({ person: { name: 'Anna Kalniņa' } });
  const secure = await admin(create, { origin: 'https://plans.example.lv' });
  expect(secure.out).toMatch(/^__Host-kopplans-session=\S+$/);
  expect(await admin(create, { origin: 'plans' })).toMatchObject({ status: 2, out: '' });
  expect(await admin(['session:create', '--email', 'nobody@example.lv'])).toMatchObject({ status: 1, out: '' });
});

test('commands that look do not mind a server that writes', async () => {
  await admin(anna);
  const server = openDatabase(dataDir);
  server.sqlite.exec('begin immediate');
  expect(await admin(['people:list'])).toMatchObject({ status: 0 });
  server.sqlite.exec('rollback');
  server.close();
  expect(await admin(['documents:list', '--json'])).toMatchObject({ status: 0, out: '[]' });
});

test('the ledger is checked, of all documents or of one; damage is named and fails', async () => {
  await services(async ({ workspaces }) => void (await workspaces.create({ name: 'Ķekavas novads' })));
  for (const how of [[], ['--quick']]) {
    expect(await admin(['ledger:verify', ...how])).toMatchObject({ status: 0, out: '' });
  }
  expect(await admin(['ledger:verify', 'nothing'])).toMatchObject({ status: 1, out: '' });
  const db = openDatabase(dataDir);
  db.sqlite
    .prepare(
      `insert into document (id, workspace_id, kind, year, head_seq, head_hash, created_at)
       select 'cut', id, 'plan', 2025, 3, x'00', 0 from workspace`,
    )
    .run();
  db.close();
  const { status, out } = await admin(['ledger:verify', 'cut']);
  expect(status).toBe(1);
  expect(out).toContain('cut: 0 rows, NOT in order');

  // Heads that were kept elsewhere, also of a document that is gone.
  const heads = path.join(dataDir, 'heads.json');
  writeFileSync(
    heads,
    JSON.stringify({ at: '', version: '', documents: [{ id: 'gone', seq: 3, hash: 'ab'.repeat(32) }] }),
  );
  expect((await admin(['ledger:verify', 'gone'])).status).toBe(1);
  expect((await admin(['ledger:verify', 'gone', '--heads', heads])).out).toContain(
    'row 3: the row is not the one that was remembered elsewhere, or is not there',
  );
  writeFileSync(heads, '{}');
  expect(await admin(['ledger:verify', '--heads', heads])).toMatchObject({ status: 1, out: '' });
  expect(await admin(['ledger:verify', '--heads', `${heads}.none`])).toMatchObject({ status: 1, out: '' });
  expect(await admin(['ledger:verify', 'a', 'b'])).toMatchObject({ status: 2, out: '' });
});
