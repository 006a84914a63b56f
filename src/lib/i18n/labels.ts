import type { Sector } from '#domain/people.ts';
import type { Source, Status } from '#domain/plan/schema.ts';
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

export const statusLabel = (status: Status): string => STATUS[status]();
export const sectorLabel = (sector: Sector): string => SECTOR[sector]();
export const sourceLabel = (source: Source): string => SOURCE[source]();
