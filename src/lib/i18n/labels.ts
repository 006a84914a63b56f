import type { Browser, Device } from '#domain/browser.ts';
import type { Thresholds } from '#domain/authorship.ts';
import type { OrganisationKind, Sector } from '#domain/people.ts';
import type { Source, Status } from '#domain/plan/schema.ts';
import type { Role } from '#domain/rights.ts';
import { formatNumber, formatPercent } from './format.ts';
import { m } from './paraglide/messages.js';

// Words for the values of the domain.

const STATUS = {
  planned: m.status_planned,
  running: m.status_running,
  done: m.status_done,
  postponed: m.status_postponed,
  cancelled: m.status_cancelled,
} satisfies Record<Status, () => string>;

const SOURCE = {
  municipal: m.source_municipal,
  own: m.source_own,
  private: m.source_private,
  national: m.source_national,
  eu: m.source_eu,
  mixed: m.source_mixed,
} satisfies Record<Source, () => string>;

const SECTOR = {
  public: m.sector_public,
  civic: m.sector_civic,
  business: m.sector_business,
} satisfies Record<Sector, () => string>;

const ROLE = {
  coordinator: m.people_role_coordinator,
  editor: m.people_role_editor,
  evaluator: m.people_role_evaluator,
  observer: m.people_role_observer,
} satisfies Record<Role, () => string>;

const ROLES = {
  coordinator: m.people_roles_coordinator,
  editor: m.people_roles_editor,
  evaluator: m.people_roles_evaluator,
  observer: m.people_roles_observer,
} satisfies Record<Role, () => string>;

const ROLE_DOES = {
  coordinator: m.people_role_coordinator_does,
  editor: m.people_role_editor_does,
  evaluator: m.people_role_evaluator_does,
  observer: m.people_role_observer_does,
} satisfies Record<Role, () => string>;

const ROLES_DO = {
  coordinator: m.people_roles_coordinator_do,
  editor: m.people_roles_editor_do,
  evaluator: m.people_roles_evaluator_do,
  observer: m.people_roles_observer_do,
} satisfies Record<Role, () => string>;

const KIND = {
  municipality: m.people_kind_municipality,
  association: m.people_kind_association,
  foundation: m.people_kind_foundation,
  community: m.people_kind_community,
  business: m.people_kind_business,
  institution: m.people_kind_institution,
} satisfies Record<OrganisationKind, () => string>;

const DEVICE = {
  windows: m.people_device_windows,
  mac: m.people_device_mac,
  linux: m.people_device_linux,
  chromebook: m.people_device_chromebook,
  android: m.people_device_android,
  iphone: m.people_device_iphone,
  ipad: m.people_device_ipad,
} satisfies Record<Device, () => string>;

export const statusLabel = (status: Status): string => STATUS[status]();
export const sectorLabel = (sector: Sector): string => SECTOR[sector]();
export const sourceLabel = (source: Source): string => SOURCE[source]();
export const roleLabel = (role: Role): string => ROLE[role]();
/** Several people with this role. */
export const rolesLabel = (role: Role): string => ROLES[role]();
/** What somebody with this role does, as the rest of a sentence. */
export const roleDoes = (role: Role): string => ROLE_DOES[role]();
/** The same of several. */
export const rolesDo = (role: Role): string => ROLES_DO[role]();
export const kindLabel = (kind: OrganisationKind): string => KIND[kind]();
/** A browser as its owner knows it: "Firefox, Windows dators". */
export const browserLabel = ({ name, device }: Browser): string =>
  [name ?? m.people_session_unknown(), device && DEVICE[device]()].filter(Boolean).join(', ');
/** Who is a co-author, as a sentence. */
export const coAuthorRule = ({ share, characters }: Thresholds): string =>
  m.authors_how_co_author({ share: formatPercent(share, 1), characters: formatNumber(characters) });
