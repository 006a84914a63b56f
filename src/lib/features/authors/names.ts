import type { MemberView, OrganisationView, Sector } from '#domain/people.ts';
import { m } from '#lib/i18n/paraglide/messages.js';

/** How the page calls people and organisations. */
export type Names = ReturnType<typeof namesOf>;

export function namesOf(members: readonly MemberView[], organisations: readonly OrganisationView[]) {
  const people = new Map(members.map((member) => [member.id, member]));
  const bodies = new Map(organisations.map((organisation) => [organisation.id, organisation]));
  return {
    person: (id: string): string => people.get(id)?.name ?? m.authors_unknown_person(),
    mark: (id: string): number => people.get(id)?.mark ?? 0,
    organisation: (id: string | null): string =>
      (id === null ? null : bodies.get(id)?.name) ?? m.authors_no_organisation(),
    sector: (id: string | null): Sector | null => (id === null ? null : bodies.get(id)?.sector) ?? null,
    /** Names of people in alphabetical order, as one text. */
    list(ids: Iterable<string>): string {
      const names = [...ids].map((id) => people.get(id)?.name ?? m.authors_unknown_person());
      return names.sort((a, b) => a.localeCompare(b, 'lv')).join(', ') || m.authors_nobody();
    },
  };
}
