import type { FundingView } from './plan/read.ts';
import { SOURCES, type Source, type Stage } from './plan/schema.ts';

/** Every source but the municipality's own budget. */
export type AttractedSource = Exclude<Source, 'municipal'>;
export const ATTRACTED_SOURCES: readonly AttractedSource[] = SOURCES.filter((source) => source !== 'municipal');

/** Money of some actions. Amounts in cents; cash, in-kind and volunteer hours are never added together. */
export type Money = {
  /** Cash from the municipality's own budget. */
  municipal: number;
  /** Cash from all other sources. */
  attracted: number;
  attractedBySource: Record<AttractedSource, number>;
  inKind: { municipal: number; attracted: number };
  volunteerHours: number;
  /** Attracted / municipal; null when the municipality gives nothing. */
  attractedPerMunicipal: number | null;
  /** Leverage as fi-compass defines it: (municipal + attracted) / municipal; null likewise. */
  leverage: number | null;
};

/**
 * Adds up funding lines. A line without an amount adds nothing.
 * @param stage only what is that far; without it all that the plan counts on, whichever its stage
 */
export function sumMoney(actions: Iterable<{ funding: readonly FundingView[] }>, stage?: Stage): Money {
  const attractedBySource = Object.fromEntries(ATTRACTED_SOURCES.map((source) => [source, 0])) as Record<
    AttractedSource,
    number
  >;
  const inKind = { municipal: 0, attracted: 0 };
  let municipal = 0;
  let attracted = 0;
  let volunteerHours = 0;
  for (const { funding } of actions) {
    for (const line of funding) {
      if (stage !== undefined && line.stage !== stage) continue;
      const cents = line.cents ?? 0;
      if (line.form === 'volunteer') volunteerHours += line.hours ?? 0;
      else if (line.form === 'in-kind') inKind[line.source === 'municipal' ? 'municipal' : 'attracted'] += cents;
      else if (line.source === 'municipal') municipal += cents;
      else {
        attracted += cents;
        attractedBySource[line.source] += cents;
      }
    }
  }
  return {
    municipal,
    attracted,
    attractedBySource,
    inKind,
    volunteerHours,
    attractedPerMunicipal: municipal === 0 ? null : attracted / municipal,
    leverage: municipal === 0 ? null : (municipal + attracted) / municipal,
  };
}
