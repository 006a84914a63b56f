import type { FundingView } from './plan/read.ts';
import { SOURCES, type Source } from './plan/schema.ts';

/**
 * Money of an action or of a plan. Cents of a euro. Cash, in-kind and volunteer hours are never added up; `municipal`
 * and `attracted` are cash. Attracted is every source but the municipality's own budget.
 */
export type MoneyTotals = {
  municipal: number;
  attracted: number;
  bySource: Record<Source, number>;
  /** What of the cash has been received already. */
  received: number;
  /** Value of what is given in kind, cents. */
  inKind: number;
  /** Volunteer hours. */
  hours: number;
};

type Line = Pick<FundingView, 'source' | 'form' | 'stage' | 'cents' | 'hours'>;

export function moneyTotals(lines: Iterable<Line>): MoneyTotals {
  const bySource = Object.fromEntries(SOURCES.map((source) => [source, 0])) as Record<Source, number>;
  const totals: MoneyTotals = { municipal: 0, attracted: 0, bySource, received: 0, inKind: 0, hours: 0 };
  for (const line of lines) {
    const cents = line.cents ?? 0;
    if (line.form === 'volunteer') totals.hours += line.hours ?? 0;
    else if (line.form === 'in-kind') totals.inKind += cents;
    else {
      bySource[line.source] += cents;
      if (line.source === 'municipal') totals.municipal += cents;
      else totals.attracted += cents;
      if (line.stage === 'received') totals.received += cents;
    }
  }
  return totals;
}

/** Euros attracted for each euro of the municipality; null where the municipality gives none. */
export function attractedPerMunicipalEuro({ municipal, attracted }: MoneyTotals): number | null {
  return municipal > 0 ? attracted / municipal : null;
}
