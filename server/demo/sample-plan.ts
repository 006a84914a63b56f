import { readFile } from 'node:fs/promises';
import Papa from 'papaparse';
import type { Source, Status } from '#domain/plan/schema.ts';
import { inProject } from '../project-folder.ts';

/** One row of the sample plan. Money in cents. */
export type SampleAction = {
  number: number;
  goal: string;
  title: string;
  description: string;
  responsible: string;
  partners: string[];
  /** ISO dates */
  starts: string;
  ends: string;
  municipal: number;
  attracted: number;
  /** As written: one funder, or several of one amount. */
  funder: string;
  source: Source;
  hours: number;
  indicator: { name: string; baseline: number; target: number };
  status: Status;
};

const STATUS: Record<string, Status> = { plānots: 'planned', notiek: 'running', pabeigts: 'done' };

const FUNDERS: Record<string, Source> = {
  'Erasmus+': 'eu',
  LEADER: 'eu',
  'Aktīvo iedzīvotāju fonds': 'national',
  'Jaunatnes starptautisko programmu aģentūra': 'national',
  'Sabiedrības integrācijas fonds': 'national',
  'Vides investīciju fonds': 'national',
  'Borisa un Ināras Teterevu fonds': 'private',
  'Uzņēmēju atbalsts': 'private',
  'Uzņēmēju ieguldījums': 'private',
  'Pašu ieguldījums': 'own',
};

/** Reads the sample plan of the demo. The file lies beside the sources, as the migrations do. */
export async function readSamplePlan() {
  return parseSamplePlan(await readFile(inProject('server/demo/data/ricibas-plans-2025.csv'), 'utf8'));
}

/** @throws Error naming the row and what is wrong in it */
export function parseSamplePlan(csv: string): SampleAction[] {
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, delimiter: ';', skipEmptyLines: true });
  return data.map((row) => {
    const cell = (name: string): string => {
      const value = row[name];
      if (value === undefined) throw new Error(`Sample plan, row ${row['Nr.']}: no column "${name}"`);
      return value.trim();
    };
    const number = (name: string): number => {
      const value = Number(cell(name).replace(',', '.'));
      if (!Number.isFinite(value)) throw new Error(`Sample plan, row ${row['Nr.']}: "${name}" is not a number`);
      return value;
    };
    const status = STATUS[cell('Statuss')];
    if (!status) throw new Error(`Sample plan, row ${row['Nr.']}: unknown status "${cell('Statuss')}"`);
    return {
      number: number('Nr.'),
      goal: cell('Mērķis'),
      title: cell('Rīcība'),
      description: cell('Apraksts'),
      responsible: cell('Atbildīgais'),
      partners: list(cell('Sadarbības partneri')).map(capitalised),
      starts: cell('Sākums'),
      ends: cell('Beigas'),
      municipal: Math.round(number('Pašvaldības finansējums, EUR') * 100),
      attracted: Math.round(number('Piesaistītais finansējums, EUR') * 100),
      funder: cell('Finansējuma avots'),
      source: sourceOf(cell('Finansējuma avots')),
      hours: number('Brīvprātīgais darbs, h'),
      indicator: { name: cell('Rādītājs'), baseline: number('Bāzes vērtība'), target: number('Mērķvērtība') },
      status,
    };
  });
}

/** Several funders of one amount stay one line: nobody knows who gives how much of it. */
function sourceOf(funders: string): Source {
  const [first, ...others] = list(funders);
  if (others.length > 0) return 'mixed';
  if (first === undefined) return 'own';
  const source = FUNDERS[capitalised(first)];
  if (!source) throw new Error(`Sample plan: it is not known what kind of source "${first}" is`);
  return source;
}

function list(cell: string): string[] {
  return cell
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function capitalised(name: string): string {
  return name.charAt(0).toLocaleUpperCase('lv') + name.slice(1);
}
