import type { Role } from './rights.ts';

export const ORGANISATION_KINDS = [
  'municipality',
  'association',
  'foundation',
  'community',
  'business',
  'institution',
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

export const SECTORS = ['public', 'civic', 'business'] as const;
export type Sector = (typeof SECTORS)[number];

export type OrganisationView = { id: string; name: string; kind: OrganisationKind; sector: Sector };

/** A person of a workspace as the others see them. `mark` numbers their author mark (hue and pattern). */
export type MemberView = {
  id: string;
  name: string;
  role: Role;
  organisation: string | null;
  mark: number;
  /** Removed from the workspace; still named as an author. */
  ended: boolean;
};

/** One or two letters for an author mark: first letters of the first and the last word of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0] ?? '?';
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last]
    .map((word) => (word ? [...word][0] : ''))
    .join('')
    .toLocaleUpperCase('lv');
}
