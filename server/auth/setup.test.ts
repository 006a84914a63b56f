import { expect, test } from 'vitest';
import { setup } from '../db/schema.ts';
import { openPeople } from '#tests/support/people.ts';

const firstSteps = {
  name: 'Anna Kalniņa',
  email: 'anna@example.lv',
  password: 'zaļš bebrs 7',
  workspaceName: 'Ķekavas novads',
  organisation: { name: 'Partnerība "Daugavkrasts"', kind: 'association', sector: 'civic' },
} as const;

test('the link makes the first coordinator with workspace and organisation, once', async () => {
  const { db, people } = openPeople();
  const token = (await people.setup.offer()) ?? '';
  expect(await people.setup.isOpen(token)).toBe(true);
  expect(JSON.stringify(db.orm.select().from(setup).all())).not.toContain(token);

  const { personId, workspace } = await people.setup.use(token, firstSteps);
  const [organisation] = await people.workspaces.organisations(workspace.id);
  expect(organisation).toMatchObject(firstSteps.organisation);
  expect(await people.access(personId, workspace.id)).toMatchObject({
    role: 'coordinator',
    organisationId: organisation?.id,
  });
  const { email, password } = firstSteps;
  expect(await people.accounts.signIn({ email, password, address: '192.0.2.1' })).toEqual({ ok: true, personId });

  expect(await people.setup.isOpen(token)).toBe(false);
  await expect(people.setup.use(token, firstSteps)).rejects.toMatchObject({ code: 'setup-link-invalid' });
  expect(await people.setup.offer()).toBeNull();
});

test('each start makes a new link until one was used; the older ones end', async () => {
  const { people } = openPeople();
  const first = (await people.setup.offer()) ?? '';
  const second = (await people.setup.offer()) ?? '';
  expect(await people.setup.isOpen(first)).toBe(false);
  expect(await people.setup.isOpen(second)).toBe(true);
});

test('two people press at once: one workspace', async () => {
  const { people } = openPeople();
  const token = (await people.setup.offer()) ?? '';
  const results = await Promise.allSettled([
    people.setup.use(token, firstSteps),
    people.setup.use(token, { ...firstSteps, email: 'mara@example.lv' }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await people.workspaces.all()).toHaveLength(1);
});

test('a wrong link opens nothing', async () => {
  const { people } = openPeople();
  await people.setup.offer();
  expect(await people.setup.isOpen('')).toBe(false);
  await expect(people.setup.use('wrong', firstSteps)).rejects.toMatchObject({ code: 'setup-link-invalid' });
});
