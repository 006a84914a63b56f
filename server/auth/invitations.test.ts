import { expect, test } from 'vitest';
import { invitation, person } from '../db/schema.ts';
import { openPeople, seedPerson, seedWorkspace } from '#tests/support/people.ts';

const DAY = 86_400_000;

async function invited() {
  const context = openPeople();
  const seed = await seedWorkspace(context);
  const { invitations } = context.people;
  const invite = (changes = {}) =>
    invitations.create({
      workspaceId: seed.workspace.id,
      role: 'editor',
      organisationId: seed.organisation,
      note: 'Mārai',
      createdBy: seed.coordinator,
      lifetimeMs: 14 * DAY,
      ...changes,
    });
  return { ...context, ...seed, invitations, invite, made: await invite() };
}

const newPerson = (email: string) => ({ newPerson: { email, name: 'Māra', passwordHash: 'stored' } });

test('whoever opens the link learns where it leads and as what', async () => {
  const { invitations, made, workspace } = await invited();
  expect(await invitations.look(made.token)).toEqual({
    state: 'open',
    invitation: {
      workspace: { id: workspace.id, slug: 'kekavas-novads', name: 'Ķekavas novads' },
      role: 'editor',
      organisation: 'Ķekavas novada pašvaldība',
    },
  });
});

test('the table does not hold the link', async () => {
  const { db, made } = await invited();
  expect(JSON.stringify(db.orm.select().from(invitation).all())).not.toContain(made.token);
});

test('somebody new joins with role and organisation of the invitation, once', async () => {
  const { invitations, made, workspace, organisation, people, rechecked } = await invited();
  const result = await invitations.accept(made.token, newPerson('mara@example.lv'));
  if (!result.ok) throw new Error(result.state);
  expect(result.slug).toBe('kekavas-novads');
  expect(await people.access(result.personId, workspace.id)).toEqual({
    workspaceId: workspace.id,
    role: 'editor',
    organisationId: organisation,
  });
  expect(rechecked.at(-1)).toBe(result.personId);
  expect(await invitations.look(made.token)).toEqual({ state: 'used' });
  expect(await invitations.accept(made.token, newPerson('other@example.lv'))).toEqual({ ok: false, state: 'used' });
  expect(await invitations.list(workspace.id)).toMatchObject([{ state: 'used', usedBy: 'Māra', note: 'Mārai' }]);
});

test('two people press at once: one joins, the other leaves no trace', async () => {
  const { db, invitations, made, workspace, people } = await invited();
  const results = await Promise.all(
    ['mara@example.lv', 'ilze@example.lv'].map((email) => invitations.accept(made.token, newPerson(email))),
  );
  expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(await people.workspaces.members(workspace.id)).toHaveLength(2);
  expect(db.orm.select().from(person).all()).toHaveLength(2);
});

test('a link that is wrong, expired or revoked says so and lets nobody in', async () => {
  const { invitations, invite, made, workspace, pass } = await invited();
  const revoked = await invite();
  expect(await invitations.revoke(workspace.id, revoked.id)).toBe(true);
  expect(await invitations.revoke(workspace.id, revoked.id)).toBe(false);
  expect(await invitations.look(revoked.token)).toEqual({ state: 'revoked' });
  pass(14 * DAY);
  expect(await invitations.look(made.token)).toEqual({ state: 'expired' });
  expect(await invitations.revoke(workspace.id, made.id)).toBe(false);
  for (const [token, state] of [
    [made.token, 'expired'],
    [revoked.token, 'revoked'],
    ['', 'wrong'],
    [made.id, 'wrong'],
    ["' or 1=1 --", 'wrong'],
  ] as const) {
    expect(await invitations.accept(token, newPerson('mara@example.lv'))).toEqual({ ok: false, state });
  }
});

test('an invitation of one workspace cannot be revoked from another', async () => {
  const { invitations, made, people } = await invited();
  const other = await people.workspaces.create({ name: 'Cits novads' });
  expect(await invitations.revoke(other.id, made.id)).toBe(false);
  expect(await invitations.look(made.token)).toMatchObject({ state: 'open' });
});

test('a member keeps what they are, and the link stays open for whom it was meant', async () => {
  const { invitations, made, workspace, coordinator, people } = await invited();
  await expect(invitations.accept(made.token, { personId: coordinator })).rejects.toMatchObject({
    code: 'already-member',
  });
  expect(await people.access(coordinator, workspace.id)).toMatchObject({ role: 'coordinator' });
  expect(await invitations.look(made.token)).toMatchObject({ state: 'open' });
});

test('an e-mail that has an account does not get a second one', async () => {
  const { invitations, made } = await invited();
  await expect(invitations.accept(made.token, newPerson('anna@example.lv'))).rejects.toMatchObject({
    code: 'email-taken',
  });
  expect(await invitations.look(made.token)).toMatchObject({ state: 'open' });
});

test('somebody who left comes back with the role of the invitation and their old mark', async () => {
  const context = await invited();
  const { invitations, made, workspace, people } = context;
  const mara = await seedPerson(context, 'mara@example.lv');
  await people.workspaces.addMember(workspace.id, mara, { role: 'observer', organisationId: null });
  await people.workspaces.endMembership(workspace.id, mara);
  await invitations.accept(made.token, { personId: mara });
  expect((await people.workspaces.members(workspace.id)).at(-1)).toMatchObject({
    id: mara,
    role: 'editor',
    mark: 1,
    ended: false,
  });
});

test('an organisation of another workspace is refused', async () => {
  const { invite, people } = await invited();
  const other = await people.workspaces.create({ name: 'Cits novads' });
  const organisationId = await people.workspaces.addOrganisation(other.id, {
    name: 'Cita',
    kind: 'association',
    sector: 'civic',
  });
  await expect(invite({ organisationId })).rejects.toMatchObject({ code: 'unknown-organisation' });
});
