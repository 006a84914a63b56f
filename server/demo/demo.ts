import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashPassword } from '../auth/passwords.ts';
import { insertPerson } from '../auth/accounts.ts';
import { DATABASE_FILE, openDatabase, type Db } from '../db/client.ts';
import { participation, person } from '../db/schema.ts';
import { write } from '../db/write.ts';
import type { Actor } from '../documents/actor.ts';
import type { Documents } from '../documents/documents.ts';
import type { Log } from '../log.ts';
import { insertOrganisation, insertWorkspace, joinWorkspace } from '../workspaces/workspaces.ts';
import { CAST, DEMO_PASSWORD, DEMO_WORKSPACE, ORGANISATIONS, type OrganisationKey, type Voice } from './cast.ts';
import { readSamplePlan, type SampleAction } from './sample-plan.ts';
import { writePlan } from './write-plan.ts';

/** What the demo is written with: a database and the document engine on it. */
export type DemoStage = { db: Db; documents: Documents; close(): Promise<void> };

/** For the person who starts the server. */
export const DEMO_WELCOME = [
  'This is a demo: the people are made up, and so are all amounts and figures.',
  `Sign in with one press, or as ${CAST.AK.email} with the password ${DEMO_PASSWORD}`,
];

type Options = {
  dataDir: string;
  log: Log;
  open(dataDir: string): DemoStage | Promise<DemoStage>;
};

const WORK_PREFIX = '.demo-';
const YEAR = 2025;

/**
 * Fills an empty data directory with the demo. It is written aside and moved to its place when it is whole, so that a
 * start that was broken off leaves nothing half-filled. A database with people in it stays as it is.
 */
export async function ensureDemo({ dataDir, log, open }: Options): Promise<void> {
  const file = path.join(dataDir, DATABASE_FILE);
  if (hasPeople(dataDir)) return;
  mkdirSync(dataDir, { recursive: true });
  for (const name of readdirSync(dataDir)) if (name.startsWith(WORK_PREFIX)) removeAll(path.join(dataDir, name));

  const started = performance.now();
  log.info('writing the demo plan');
  const aside = mkdtempSync(path.join(dataDir, WORK_PREFIX));
  try {
    const stage = await open(aside);
    try {
      await writeDemo(stage);
    } finally {
      await stage.close();
    }
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    renameSync(path.join(aside, DATABASE_FILE), file);
  } finally {
    removeAll(aside);
  }
  log.info({ ms: Math.round(performance.now() - started) }, 'the demo plan is written');
}

/** Writes the demo workspace and its plan into an empty database. `rows` is the sample plan unless told. */
export async function writeDemo(
  { db, documents }: Pick<DemoStage, 'db' | 'documents'>,
  rows?: readonly SampleAction[],
): Promise<{ workspaceId: string; documentId: string }> {
  const { workspaceId, actors, organisations } = await addPeople(db);
  const documentId = await documents.createPlan({
    workspaceId,
    year: YEAR,
    title: `Sadarbības rīcības plāns ${YEAR}`,
  });
  await writePlan({ documents, documentId, rows: rows ?? (await readSamplePlan()), actors, organisations });
  await write(db, (tx) => {
    // Everybody has opened the plan, also those who only read.
    const openedAt = Date.now();
    const rows = [...actors.values()].map((actor) => ({ documentId, ...actor, openedAt }));
    tx.insert(participation).values(rows).onConflictDoNothing().run();
  });
  return { workspaceId, documentId };
}

async function addPeople(db: Db) {
  // One hash for all: they share the password, and fifteen would take a second.
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  return write(db, (tx) => {
    const at = Date.now();
    const workspaceId = insertWorkspace(tx, { name: DEMO_WORKSPACE, demo: true }, at).id;
    const ids = new Map<OrganisationKey, string>();
    const organisations = new Map<string, string>();
    for (const [i, key] of (Object.keys(ORGANISATIONS) as OrganisationKey[]).entries()) {
      const id = insertOrganisation(tx, workspaceId, ORGANISATIONS[key], at + i);
      ids.set(key, id);
      organisations.set(ORGANISATIONS[key].name, id);
    }
    const actors = new Map<Voice, Actor>();
    for (const [i, voice] of (Object.keys(CAST) as Voice[]).entries()) {
      const { name, email, role, organisation } = CAST[voice];
      const personId = insertPerson(tx, { name, email, passwordHash }, at + i);
      const organisationId = ids.get(organisation) ?? null;
      joinWorkspace(tx, workspaceId, personId, { role, organisationId }, at + i);
      actors.set(voice, { personId, organisationId });
    }
    return { workspaceId, organisations, actors };
  });
}

function hasPeople(dataDir: string): boolean {
  if (!existsSync(path.join(dataDir, DATABASE_FILE))) return false;
  const db = openDatabase(dataDir);
  try {
    return db.orm.select({ id: person.id }).from(person).limit(1).get() !== undefined;
  } finally {
    db.close();
  }
}

function removeAll(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
