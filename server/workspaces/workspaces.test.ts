import { expect, test } from 'vitest';
import { openPeople, seedPerson, seedWorkspace } from '#tests/support/people.ts';
import { slugOf } from './slug.ts';

async function seeded() {
  const context = openPeople();
  return { ...context, ...(await seedWorkspace(context)), workspaces: context.people.workspaces };
}

test.each([
  ['Ķekavas novads', 'kekavas-novads'],
  ['  Gmina Łódź — Wschód! ', 'gmina-lodz-wschod'],
  ['東京', 'telpa'],
  ['a'.repeat(200), 'a'.repeat(60)],
])('the address of %j is %j', (name, slug) => expect(slugOf(name)).toBe(slug));

test('two workspaces of one name get addresses of their own', async () => {
  const { workspaces } = await seeded();
  expect((await workspaces.create({ name: 'Ķekavas novads' })).slug).toBe('kekavas-novads-2');
  expect((await workspaces.create({ name: 'Kekavas Novads' })).slug).toBe('kekavas-novads-3');
});

test('members come in order of joining, each with a mark of their own', async () => {
  const context = await seeded();
  const { workspaces, workspace, organisation } = context;
  for (const email of ['b@example.lv', 'c@example.lv'])
    await workspaces.addMember(workspace.id, await seedPerson(context, email), {
      role: 'observer',
      organisationId: organisation,
    });
  expect((await workspaces.members(workspace.id)).map(({ mark, role }) => [mark, role])).toEqual([
    [0, 'coordinator'],
    [1, 'observer'],
    [2, 'observer'],
  ]);
});

test('an organisation’s name is taken, whatever its capitals', async () => {
  const { workspaces, workspace } = await seeded();
  await expect(
    workspaces.addOrganisation(workspace.id, {
      name: 'ĶEKAVAS novada pašvaldība',
      kind: 'municipality',
      sector: 'public',
    }),
  ).rejects.toMatchObject({ code: 'organisation-taken' });
});

test('an organisation’s name is taken, however its letters are written and whatever stands unseen between them', async () => {
  const { workspaces, workspace } = await seeded();
  const other = { kind: 'association', sector: 'civic' } as const;
  const taken = 'Ķekavas novada pašvaldība';
  for (const name of [taken.normalize('NFD'), `Ķekavas\u034f novada pašvaldība\ufe0f`]) {
    await expect(workspaces.addOrganisation(workspace.id, { ...other, name })).rejects.toMatchObject({
      code: 'organisation-taken',
    });
  }
  // One that was stored before names had one form.
  await workspaces.addOrganisation(workspace.id, { ...other, name: 'Jaunsila biedri\u0304ba\u2800' });
  await expect(workspaces.addOrganisation(workspace.id, { ...other, name: 'Jaunsila biedrība' })).rejects.toMatchObject(
    { code: 'organisation-taken' },
  );
});

test('an organisation is renamed in its own workspace, not to a name that is taken', async () => {
  const context = await seeded();
  const { workspaces, workspace, organisation } = context;
  const input = { name: 'Jaunsila biedriba', kind: 'community', sector: 'civic' } as const;
  const id = await workspaces.addOrganisation(workspace.id, input);
  await workspaces.changeOrganisation(workspace.id, id, { ...input, name: 'Jaunsila Biedrība', kind: 'association' });
  expect(await workspaces.organisations(workspace.id)).toContainEqual({
    id,
    name: 'Jaunsila Biedrība',
    kind: 'association',
    sector: 'civic',
  });
  const taken = workspaces.changeOrganisation(workspace.id, organisation, { ...input, name: 'JAUNSILA biedrība' });
  await expect(taken).rejects.toMatchObject({ code: 'organisation-taken' });
  const other = await workspaces.create({ name: 'Cita telpa' });
  const foreign = workspaces.changeOrganisation(other.id, id, input);
  await expect(foreign).rejects.toMatchObject({ code: 'unknown-organisation' });
});

test('the last coordinator can neither be removed nor lose the role', async () => {
  const context = await seeded();
  const { workspaces, workspace, coordinator, organisation } = context;
  const editor = { role: 'editor', organisationId: organisation } as const;
  const refusal = { code: 'last-coordinator' };
  await expect(workspaces.endMembership(workspace.id, coordinator)).rejects.toMatchObject(refusal);
  await expect(workspaces.changeMember(workspace.id, coordinator, editor)).rejects.toMatchObject(refusal);
  // The organisation may change.
  await workspaces.changeMember(workspace.id, coordinator, { role: 'coordinator', organisationId: null });

  const second = await seedPerson(context, 'b@example.lv');
  await workspaces.addMember(workspace.id, second, { role: 'coordinator', organisationId: null });
  const results = await Promise.allSettled([
    workspaces.endMembership(workspace.id, coordinator),
    workspaces.changeMember(workspace.id, second, editor),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('whoever is removed has no access and keeps their name', async () => {
  const context = await seeded();
  const { workspaces, workspace, people, rechecked } = context;
  const second = await seedPerson(context, 'b@example.lv');
  await workspaces.addMember(workspace.id, second, { role: 'editor', organisationId: null });
  await workspaces.endMembership(workspace.id, second);
  expect(await people.access(second, workspace.id)).toBeNull();
  expect(await workspaces.ofPerson(second)).toEqual([]);
  expect(await workspaces.members(workspace.id)).toMatchObject([{}, { id: second, ended: true }]);
  expect(rechecked.filter((id) => id === second)).toHaveLength(2);
  await expect(workspaces.endMembership(workspace.id, second)).rejects.toMatchObject({ code: 'unknown-member' });
});

test('organisations of another workspace are refused', async () => {
  const { workspaces, coordinator, organisation } = await seeded();
  const other = await workspaces.create({ name: 'Cits novads' });
  await expect(
    workspaces.addMember(other.id, coordinator, { role: 'editor', organisationId: organisation }),
  ).rejects.toMatchObject({ code: 'unknown-organisation' });
});

test('access to a document is access to its workspace', async () => {
  const context = await seeded();
  const { db, people, workspace, coordinator, organisation } = context;
  db.sqlite
    .prepare("insert into document (id, workspace_id, kind, year, created_at) values ('d', ?, 'plan', 2025, 0)")
    .run(workspace.id);
  const stranger = await seedPerson(context, 'b@example.lv');
  expect(await people.documentAccess(coordinator, 'd')).toEqual({
    workspaceId: workspace.id,
    role: 'coordinator',
    organisationId: organisation,
  });
  expect(await people.documentAccess(stranger, 'd')).toMatchObject({ role: null });
  expect(await people.documentAccess(coordinator, 'none')).toBeNull();
});
