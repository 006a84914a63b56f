import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openDatabase, type Db } from '#server/db/client.ts';
import { createPeople, type People } from '#server/people.ts';

export type TestPeople = {
  db: Db;
  people: People;
  /** Moves the clock of the services forward. */
  pass(ms: number): void;
  now(): number;
  /** Person ids whose open connections were to be checked, in order. */
  rechecked: string[];
};

/** The people services on a real database of their own, with a clock that tests move. */
export function openPeople({ secure = false } = {}): TestPeople {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopplans-people-'));
  const db = openDatabase(folder);
  onTestFinished(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });
  // Lucia reads the real clock, so this one starts there.
  let now = Date.now();
  const rechecked: string[] = [];
  const people = createPeople({ db, secure, recheck: (personId) => rechecked.push(personId), now: () => now });
  return { db, people, pass: (ms) => void (now += ms), now: () => now, rechecked };
}

/** A workspace with an organisation and its coordinator. */
export async function seedWorkspace({ people }: TestPeople) {
  const workspace = await people.workspaces.create({ name: 'Ķekavas novads' });
  const organisation = await people.workspaces.addOrganisation(workspace.id, {
    name: 'Ķekavas novada pašvaldība',
    kind: 'municipality',
    sector: 'public',
  });
  const coordinator = await seedPerson({ people }, 'anna@example.lv');
  await people.workspaces.addMember(workspace.id, coordinator, { role: 'coordinator', organisationId: organisation });
  return { workspace, organisation, coordinator };
}

export function seedPerson({ people }: Pick<TestPeople, 'people'>, email: string): Promise<string> {
  return people.accounts.create({ email, name: 'Anna Kalniņa', password: null });
}
