import { FRAME, type AuthorshipReport, type Tally } from '#domain/authorship.ts';

/** What an organisation has left in one row of the table. */
export type HeatCell = { organisation: string | null; characters: number; fields: number; share: number };
export type HeatRow = { id: string; title: string; characters: number; cells: HeatCell[] };
/** Rows of a goal; a null id is the group of actions without a goal. */
export type HeatGroup = { id: string | null; title: string; rows: HeatRow[] };

/** The actions by goal, in the order of the plan, each with a cell for every organisation of the report. */
export function heatGroups(report: AuthorshipReport): HeatGroup[] {
  const groups: HeatGroup[] = report.goals.map(({ id, title }) => ({ id, title, rows: [] }));
  const rest: HeatGroup = { id: null, title: '', rows: [] };
  for (const { id, title, goal, characters, tallies } of report.actions) {
    const group = groups.find((candidate) => candidate.id === goal) ?? rest;
    group.rows.push(rowOf(report, { id, title, characters, tallies }));
  }
  return [...groups, rest].filter((group) => group.rows.length > 0);
}

/** The row of what stands outside actions; null when nobody wrote there. */
export function frameRow(report: AuthorshipReport): HeatRow | null {
  const characters = report.frame.reduce((sum, tally) => sum + tally.characters, 0);
  return characters === 0 ? null : rowOf(report, { id: FRAME, title: '', characters, tallies: report.frame });
}

/** Depth of colour of a share: 0 (nothing) to 8. */
export function heatLevel(share: number): number {
  const steps = [0.05, 0.15, 0.25, 0.35, 0.45, 0.6, 0.8];
  return share <= 0 ? 0 : 1 + steps.filter((step) => share >= step).length;
}

function rowOf(
  report: AuthorshipReport,
  { tallies, ...row }: { id: string; title: string; characters: number; tallies: Tally[] },
): HeatRow {
  const cells = report.organisations.map(({ organisation }): HeatCell => {
    const own = tallies.filter((tally) => tally.organisation === organisation);
    const characters = own.reduce((sum, tally) => sum + tally.characters, 0);
    return {
      organisation,
      characters,
      fields: own.reduce((sum, tally) => sum + tally.fields, 0),
      share: row.characters === 0 ? 0 : characters / row.characters,
    };
  });
  return { ...row, cells };
}
