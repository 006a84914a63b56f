import type { OrganisationView } from '#domain/people.ts';
import { ROLES, type Role } from '#domain/rights.ts';
import type { App } from '#server/app.ts';

export type DemoPerson = { id: string; name: string; mark: number; organisation: OrganisationView | null };
export type DemoGroup = { role: Role; people: DemoPerson[] };

/** Whom the sign-in page offers, by role: members of demo workspaces, and nobody outside of demo mode. */
export async function demoPeople({ config, people: { workspaces } }: App): Promise<DemoGroup[]> {
  if (!config.demo) return [];
  const groups: DemoGroup[] = ROLES.map((role) => ({ role, people: [] }));
  for (const workspace of (await workspaces.all()).filter(({ demo }) => demo)) {
    const organisations = new Map((await workspaces.organisations(workspace.id)).map((entry) => [entry.id, entry]));
    for (const { id, name, mark, role, organisation, ended } of await workspaces.members(workspace.id)) {
      if (ended) continue;
      const person = { id, name, mark, organisation: organisations.get(organisation ?? '') ?? null };
      groups.find((group) => group.role === role)?.people.push(person);
    }
  }
  return groups.filter(({ people }) => people.length > 0);
}
