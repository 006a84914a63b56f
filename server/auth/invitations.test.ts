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
      places: 1,
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
    many: false,
    invitation: {
      workspace: { id: workspace.id, slug: 'kekavas-novads', name: 'Ķekavas novads' },
      role: 'editor',
      organisation: 'Ķekavas novada pašvaldība',
      email: null,
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
  expect(await invitations.look(made.token)).toEqual({ state: 'used', many: false });
  expect(await invitations.accept(made.token, newPerson('other@example.lv'))).toEqual({ ok: false, state: 'used' });
  expect(await invitations.list(workspace.id)).toMatchObject([
    { state: 'used', uses: [{ name: 'Māra' }], places: 1, note: 'Mārai' },
  ]);
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
  expect(await invitations.look(revoked.token)).toEqual({ state: 'revoked', many: false });
  pass(14 * DAY);
  expect(await invitations.look(made.token)).toEqual({ state: 'expired', many: false });
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

test('a link for three lets three in, and says who they were', async () => {
  const { invitations, invite, workspace } = await invited();
  const { id, token } = await invite({ places: 3 });
  for (const email of ['a@example.lv', 'b@example.lv', 'c@example.lv']) {
    expect(await invitations.look(token)).toMatchObject({ state: 'open', many: true });
    expect(await invitations.accept(token, newPerson(email))).toMatchObject({ ok: true });
  }
  expect(await invitations.look(token)).toEqual({ state: 'used', many: true });
  expect(await invitations.accept(token, newPerson('d@example.lv'))).toEqual({ ok: false, state: 'used' });
  expect(await invitations.revoke(workspace.id, id)).toBe(false);
  const shown = (await invitations.list(workspace.id)).find((entry) => entry.id === id);
  expect(shown).toMatchObject({
    state: 'used',
    places: 3,
    uses: [{ name: 'Māra' }, { name: 'Māra' }, { name: 'Māra' }],
  });
});

test('of many who press at once as many join as there are places, and the others leave no trace', async () => {
  const { db, invitations, invite, workspace, people } = await invited();
  const { token } = await invite({ places: 2 });
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, i) => invitations.accept(token, newPerson(`p${i}@example.lv`))),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(2);
  expect(await people.workspaces.members(workspace.id)).toHaveLength(3);
  expect(db.orm.select().from(person).all()).toHaveLength(3);
});

test('a link without a number of places lets everybody in until it is revoked or expires', async () => {
  const { invitations, invite, workspace, pass } = await invited();
  const [revoked, expired] = [await invite({ places: null }), await invite({ places: null })];
  for (let i = 0; i < 20; i++) {
    expect(await invitations.accept(revoked.token, newPerson(`p${i}@example.lv`))).toMatchObject({ ok: true });
  }
  expect(await invitations.revoke(workspace.id, revoked.id)).toBe(true);
  expect(await invitations.look(revoked.token)).toEqual({ state: 'revoked', many: true });
  expect(await invitations.accept(revoked.token, newPerson('late@example.lv'))).toEqual({
    ok: false,
    state: 'revoked',
  });
  pass(14 * DAY);
  expect(await invitations.look(expired.token)).toEqual({ state: 'expired', many: true });
  const shown = (await invitations.list(workspace.id)).find(({ id }) => id === revoked.id);
  expect(shown?.uses).toHaveLength(20);
});

test('a link for many does not bring back whom a coordinator removed; an invitation of their own does', async () => {
  const { invitations, invite, workspace, people } = await invited();
  const { token } = await invite({ places: null });
  const joined = await invitations.accept(token, newPerson('mara@example.lv'));
  if (!joined.ok) throw new Error(joined.state);
  await people.workspaces.endMembership(workspace.id, joined.personId);
  await expect(invitations.accept(token, { personId: joined.personId })).rejects.toMatchObject({
    code: 'former-member',
  });
  expect(await people.access(joined.personId, workspace.id)).toBeNull();
  const own = await invite();
  expect(await invitations.accept(own.token, { personId: joined.personId })).toMatchObject({ ok: true });
});

test('whoever is removed, or may not invite any more, leaves no open link behind', async () => {
  for (const go of ['removed', 'demoted'] as const) {
    const { invitations, invite, workspace, people } = await invited();
    const second = await invitations.accept((await invite({ role: 'coordinator' })).token, newPerson('b@example.lv'));
    if (!second.ok) throw new Error(second.state);
    const theirs = await invite({ createdBy: second.personId, role: 'coordinator' });
    const others = await invite();
    if (go === 'removed') await people.workspaces.endMembership(workspace.id, second.personId);
    else {
      const standing = { role: 'observer', organisationId: null } as const;
      await people.workspaces.changeMember(workspace.id, second.personId, standing);
    }
    expect(await invitations.accept(theirs.token, { personId: second.personId })).toEqual({
      ok: false,
      state: 'revoked',
    });
    expect((await invitations.look(others.token)).state).toBe('open');
  }
});

test('nobody becomes a coordinator by a link that goes round', async () => {
  const { invite } = await invited();
  for (const places of [2, null]) {
    await expect(invite({ role: 'coordinator', places })).rejects.toMatchObject({ code: 'coordinator-for-many' });
  }
});

test('joining is limited by address and by link', async () => {
  const { invitations, made, pass } = await invited();
  const attempts = Array.from({ length: 200 }, () => invitations.attempt(made.token, '192.0.2.1'));
  expect(attempts.filter((at) => at === null)).toHaveLength(150);
  expect(invitations.attempt(made.token, '192.0.2.2')).toBeNull();
  for (let i = 0; i < 600; i++) invitations.attempt('other', `198.51.100.${i % 250}`);
  expect(invitations.attempt('other', '203.0.113.1')).not.toBeNull();
  pass(15 * 60_000);
  expect(invitations.attempt(made.token, '192.0.2.1')).toBeNull();
});
