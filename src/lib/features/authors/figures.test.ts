import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import type { ActionAuthor, AuthorshipReport, Tally } from '#domain/authorship.ts';
import type { MemberView, OrganisationView } from '#domain/people.ts';
import { authorshipCsv } from './csv.ts';
import { frameRow, heatGroups, heatLevel } from './heat.ts';
import { namesOf } from './names.ts';
import { sectorShares } from './sectors.ts';
import { readWordsAddress, wordsAddress } from './words-address.ts';

const tally = (person: string, organisation: string | null, characters: number, fields = 0): Tally => ({
  person,
  organisation,
  characters,
  fields,
  parts: 0,
});
const author = (person: string, isCoAuthor: boolean): ActionAuthor => ({
  person,
  organisation: null,
  characters: 0,
  fields: 0,
  parts: 0,
  share: 0,
  isCoAuthor,
});

const report: AuthorshipReport = {
  characters: 110,
  fields: 3,
  thresholds: { share: 0.05, characters: 40 },
  goals: [
    { id: 'g1', title: 'Pirmais; mērķis' },
    { id: 'g2', title: 'Tukšs' },
  ],
  actions: [
    {
      id: 'a1',
      title: '=HYPERLINK("http://evil")',
      goal: 'g1',
      characters: 80,
      unattributed: 0,
      authors: [author('anna', true), author('juris', false)],
      tallies: [tally('anna', 'o1', 77, 2), tally('juris', 'o2', 3)],
    },
    {
      id: 'a2',
      title: 'Bez\nmērķa',
      goal: null,
      characters: 20,
      unattributed: 0,
      authors: [author('juris', true)],
      tallies: [tally('juris', null, 20, 1)],
    },
  ],
  frame: [tally('anna', 'o1', 10)],
  people: [],
  organisations: [
    { organisation: 'o1', characters: 87, fields: 2, people: 1, share: 87 / 110 },
    { organisation: null, characters: 20, fields: 1, people: 1, share: 20 / 110 },
    { organisation: 'o2', characters: 3, fields: 0, people: 1, share: 3 / 110 },
  ],
  ladder: { participants: new Set(), contributors: new Set(), coAuthors: new Set(), rate: null },
};

const member = (id: string, name: string): MemberView => ({
  id,
  name,
  role: 'editor',
  organisation: null,
  mark: 0,
  ended: false,
});
const organisations: OrganisationView[] = [
  { id: 'o1', name: 'Partnerība "Daugavkrasts"', kind: 'association', sector: 'civic' },
  { id: 'o2', name: '+Pašvaldība', kind: 'municipality', sector: 'public' },
];
const names = namesOf([member('anna', 'Anna Kalniņa'), member('juris', '@Juris')], organisations);

describe('the table by action', () => {
  test('groups actions by goal, leaves empty goals out, and has a cell for every organisation', () => {
    const groups = heatGroups(report);
    expect(groups.map((group) => [group.id, group.rows.map((row) => row.id)])).toEqual([
      ['g1', ['a1']],
      [null, ['a2']],
    ]);
    expect(groups[0]?.rows[0]?.cells).toEqual([
      { organisation: 'o1', characters: 77, fields: 2, share: 77 / 80 },
      { organisation: null, characters: 0, fields: 0, share: 0 },
      { organisation: 'o2', characters: 3, fields: 0, share: 3 / 80 },
    ]);
    expect(frameRow(report)?.cells.map((cell) => cell.characters)).toEqual([10, 0, 0]);
    expect(frameRow({ ...report, frame: [] })).toBeNull();
  });

  test('colours nothing not at all and everything most', () => {
    expect([0, 0.001, 0.05, 0.2, 0.5, 0.79, 0.8, 1].map(heatLevel)).toEqual([0, 1, 2, 3, 6, 7, 8, 8]);
  });
});

test('sectors add up their organisations, in one order', () => {
  expect(sectorShares(report.organisations, names.sector)).toEqual([
    { sector: 'civic', share: 87 / 110 },
    { sector: 'public', share: 3 / 110 },
    { sector: null, share: 20 / 110 },
  ]);
});

test('the words have an address that says whose and where', () => {
  for (const query of [
    { by: { person: 'p1' }, in: null },
    { by: { person: 'p1' }, in: 'a1' },
    { by: { organisation: 'o1' }, in: 'frame' },
    { by: { organisation: null }, in: 'a1' },
  ]) {
    expect(readWordsAddress(new URLSearchParams(wordsAddress(query)))).toEqual(query);
  }
  expect(readWordsAddress(new URLSearchParams('?action=a1'))).toBeNull();
});

describe('the table for download', () => {
  test('opens in a Latvian spreadsheet: byte order mark, semicolons, decimal comma', () => {
    const lines = authorshipCsv(report, names, 'lv').split('\r\n');
    expect(lines[0]?.charCodeAt(0)).toBe(0xfeff);
    expect(lines[1]).toMatch(/^"Pirmais; mērķis";/);
    expect(lines[1]).toContain(';77;96,3;2;');
    expect(lines).toHaveLength(1 + 3 + 1 + 1);
    expect(lines.at(-1)).toBe('');
  });

  test('uses commas and points in English', () => {
    expect(authorshipCsv(report, names, 'en').split('\r\n')[1]).toContain(',77,96.3,2,');
  });

  test('all text stands in quotes, numbers do not', () => {
    expect(authorshipCsv(report, names, 'lv').split('\r\n')[3]).toMatch(
      /^"";"Bez mērķa";"'@Juris";".+";"";20;100,0;1;"/,
    );
    const { data, errors } = Papa.parse<string[]>(authorshipCsv(report, names, 'en'), { skipEmptyLines: true });
    expect(errors).toEqual([]);
    expect(data.map((row) => row.length)).toEqual(data.map(() => 9));
    expect(data[1]?.slice(0, 4)).toEqual([
      'Pirmais; mērķis',
      `'=HYPERLINK("http://evil")`,
      'Anna Kalniņa',
      'Partnerība "Daugavkrasts"',
    ]);
  });

  const titled = (title: string, name = 'Anna') =>
    (['lv', 'en'] as const).map((locale) =>
      authorshipCsv(
        { ...report, actions: report.actions.map((action) => ({ ...action, title })) },
        namesOf([member('anna', name), member('juris', name)], organisations),
        locale,
      ),
    );

  test.each(['Z9;=1+1;x', 'Z9,=1+1,x', 'Z9; +1', 'Z9,-1', 'Z9;@x', 'Z9;"=1+1"', 'Z9, "" =1', "Z9;'\u0000=1", ';=1,=2'])(
    'no cell is a formula for a spreadsheet of the other language either: %j',
    (title) => {
      for (const csv of titled(title, title)) {
        // However it takes quotes in the middle of what it reads.
        for (const cell of csv.split(/[;,\r\n]/)) expect(cell).not.toMatch(/^[\s"']*(?<!')[=+@-]/);
      }
    },
  );

  test('commas in a sentence stay as they are', () => {
    for (const csv of titled('Ceļi, takas; tilti – visi, 2025'))
      expect(csv).toContain('"Ceļi, takas; tilti – visi, 2025"');
  });

  test('has no control characters', () => {
    for (const csv of titled('\u001b[31mTal\u0000ka\u009b\n=1', '\u0007=1')) {
      expect(csv.replaceAll('\r\n', '')).not.toMatch(/\p{Cc}/u);
      expect(csv).toContain('"[31mTalka =1"');
      expect(csv).toContain(`"'=1"`);
    }
  });

  test('no cell is a formula', () => {
    const csv = authorshipCsv(report, names, 'lv');
    expect(csv).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(csv).toContain(`'@Juris`);
    expect(csv).toContain(`'+Pašvaldība`);
    expect(csv).not.toMatch(/(^|;)"?[=+@-]/m);
    expect(csv).toContain('Bez mērķa');
  });
});
