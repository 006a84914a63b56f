import Papa from 'papaparse';
import type { AuthorshipReport, Tally } from '#domain/authorship.ts';
import { sectorLabel } from '#lib/i18n/labels.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import type { Locale } from '#lib/i18n/paraglide/runtime.js';
import type { Names } from './names.ts';

// What spreadsheets of the language expect, so that a double click opens a table.
const FORMS = { lv: { delimiter: ';', decimal: ',' }, en: { delimiter: ',', decimal: '.' } } as const;

// Which columns are text; the others are numbers.
const IS_TEXT = [true, true, true, true, true, false, false, false, true];

/**
 * The report as a table: one row for each action, person and organisation, and for what stands outside actions.
 * UTF-8 with a byte order mark; what a spreadsheet could take for a formula gets an apostrophe before it.
 */
export function authorshipCsv(report: AuthorshipReport, names: Names, locale: Locale): string {
  const { delimiter, decimal } = FORMS[locale];
  const goals = new Map(report.goals.map((goal) => [goal.id, goal.title]));
  const row = (goal: string, action: string, total: number, tally: Tally, isCoAuthor: boolean | null) => {
    const sector = names.sector(tally.organisation);
    const share = total === 0 ? 0 : (tally.characters / total) * 100;
    return [
      inCell(goal),
      inCell(action),
      inCell(names.person(tally.person)),
      inCell(names.organisation(tally.organisation)),
      sector ? sectorLabel(sector) : '',
      String(tally.characters),
      share.toFixed(1).replace('.', decimal),
      String(tally.fields),
      isCoAuthor === null ? '' : isCoAuthor ? m.authors_csv_yes() : m.authors_csv_no(),
    ];
  };
  const actions = report.actions.flatMap((action) => {
    const coAuthors = new Set(action.authors.filter((author) => author.isCoAuthor).map((author) => author.person));
    return action.tallies
      .toSorted((a, b) => b.characters - a.characters || b.fields - a.fields)
      .map((tally) =>
        row(goals.get(action.goal ?? '') ?? '', action.title, action.characters, tally, coAuthors.has(tally.person)),
      );
  });
  const total = report.frame.reduce((sum, tally) => sum + tally.characters, 0);
  const frame = report.frame.map((tally) => row('', m.authors_heat_frame(), total, tally, null));
  const head = [
    m.authors_csv_goal(),
    m.authors_heat_action(),
    m.authors_person(),
    m.authors_organisation(),
    m.authors_sector(),
    m.authors_characters(),
    m.authors_csv_share(),
    m.authors_fields(),
    m.authors_csv_co_author(),
  ];
  const table = Papa.unparse([head, ...actions, ...frame], {
    delimiter,
    newline: '\r\n',
    quotes: IS_TEXT,
    escapeFormulae: true,
  });
  return `\ufeff${table}\r\n`;
}

/**
 * Text as it stands in a cell: one line without control characters. Quotes are not enough against a spreadsheet of the
 * other language: where it cuts at a delimiter inside of them, what follows must not begin a formula either.
 */
function inCell(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(/([;,][\s"']*)(?=[=+@-])/gu, "$1'")
    .trim();
}
