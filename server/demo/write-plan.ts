import type * as Y from 'yjs';
import * as edit from '#domain/plan/edit.ts';
import { allows } from '#domain/rights.ts';
import type { Actor } from '../documents/actor.ts';
import type { Documents } from '../documents/documents.ts';
import { CAST, ORGANISATIONS, type OrganisationKey, type Voice } from './cast.ts';
import {
  addBlock,
  endOfFirstBlock,
  endOfLastBlock,
  remove,
  replace,
  setBold,
  textOf,
  thinkBetter,
  type,
  typeBehind,
} from './pen.ts';
import type { SampleAction } from './sample-plan.ts';
import { STORY, type Script } from './story.ts';
import { gather, type Troupe } from './troupe.ts';

type Options = {
  documents: Documents;
  documentId: string;
  rows: readonly SampleAction[];
  /** Those who may write do. */
  actors: ReadonlyMap<Voice, Actor>;
  /** Ids of organisations by name. */
  organisations: ReadonlyMap<string, string>;
};

/** What one person does to an action before somebody else goes on. */
type Turn = { by: Voice; act: (doc: Y.Doc, actionId: string) => void };

/**
 * Writes the plan through the gate: every person in a document of their own, actions one after the other, their
 * contents turn by turn, all actions at once.
 */
export async function writePlan({ documents, documentId, rows, actors, organisations }: Options): Promise<void> {
  const writers = new Map([...actors].filter(([voice]) => allows(CAST[voice].role, 'plan:write')));
  const troupe = await gather(documents, documentId, writers);
  try {
    const goals = await addGoals(troupe, rows);
    const actions: { id: string; turns: Turn[] }[] = [];
    let previous: Voice | null = null;
    for (const row of rows) {
      const script = scriptOf(row);
      // Whoever adds an action sees those before it, so that it stands behind them.
      if (previous !== null && previous !== script.by) await troupe.settle();
      previous = script.by;
      const title = titleOf(row, script)[0]?.[1] ?? row.title;
      const goal = goals.get(row.goal) ?? null;
      const id = edit.addAction(troupe.doc(script.by), { title, goal });
      actions.push({ id, turns: [...fieldTurns(row, script, organisations), ...textTurns(row, script)] });
    }
    await troupe.settle();
    const rounds = Math.max(0, ...actions.map((action) => action.turns.length));
    for (let round = 0; round < rounds; round++) {
      for (const { id, turns } of actions) {
        const turn = turns[round];
        turn?.act(troupe.doc(turn.by), id);
      }
      await troupe.settle();
    }
  } finally {
    await troupe.close();
  }
}

async function addGoals(troupe: Troupe<Voice>, rows: readonly SampleAction[]): Promise<Map<string, string>> {
  const goals = new Map<string, string>();
  const titles = [...new Set(rows.map((row) => row.goal))];
  const half = Math.ceil(titles.length / 2);
  for (const title of titles.slice(0, half)) goals.set(title, edit.addGoal(troupe.doc('AK'), title));
  await troupe.settle();
  for (const title of titles.slice(half)) goals.set(title, edit.addGoal(troupe.doc('MB'), title));
  await troupe.settle();
  return goals;
}

/** Longer plans (tests, benchmarks) go through the story again. */
function scriptOf(row: SampleAction): Script {
  const stories = Object.keys(STORY).length;
  const script = STORY[((row.number - 1) % stories) + 1];
  if (!script) throw new Error(`Nobody writes action ${row.number} of the sample plan`);
  return script;
}

function titleOf(row: SampleAction, script: Script): [Voice, string][] {
  const whole = script.title?.map(([, text]) => text).join('');
  return script.title && whole === row.title ? script.title : [[script.by, row.title]];
}

function fieldTurns(row: SampleAction, script: Script, organisations: ReadonlyMap<string, string>): Turn[] {
  const { by, figures, note, horizon } = script;
  const { starts, ends, status } = row;
  const organisation = (name: string): string => {
    const id = organisations.get(name);
    if (!id) throw new Error(`The demo has no organisation "${name}"`);
    return id;
  };
  const turns: Turn[] = [
    {
      by,
      act(doc, id) {
        edit.setAction(doc, id, { starts, ends });
        edit.setOrganisation(doc, id, 'responsible', organisation(row.responsible), true);
      },
    },
    ...row.partners.map((partner): Turn => {
      return {
        by: voiceOf(partner) ?? by,
        act: (doc, id) => edit.setOrganisation(doc, id, 'partners', organisation(partner), true),
      };
    }),
    {
      by: figures.municipal,
      act(doc, id) {
        if (row.municipal > 0) edit.addFunding(doc, id, { source: 'municipal', cents: row.municipal });
      },
    },
    {
      by: figures.attracted,
      act(doc, id) {
        const { source, funder, attracted: cents } = row;
        if (cents > 0) edit.addFunding(doc, id, { source, funder, cents }, note?.text ?? '');
      },
    },
    {
      by: figures.hours,
      act(doc, id) {
        if (row.hours > 0) edit.addFunding(doc, id, { source: 'own', form: 'volunteer', hours: row.hours });
      },
    },
    {
      by: figures.indicator,
      act(doc, id) {
        const { name, baseline, target } = row.indicator;
        edit.addIndicator(doc, id, name, { baseline, target });
      },
    },
    { by, act: (doc, id) => edit.setAction(doc, id, { status }) },
  ];
  if (horizon) turns.push({ by: figures.indicator, act: (doc, id) => edit.setAction(doc, id, { horizon }) });
  return turns;
}

/** An organisation that has people here names itself as a partner. */
function voiceOf(organisationName: string): Voice | null {
  const voices = Object.keys(CAST) as Voice[];
  return (
    voices.find(
      (voice) => allows(CAST[voice].role, 'plan:write') && nameOf(CAST[voice].organisation) === organisationName,
    ) ?? null
  );
}

function nameOf(organisation: OrganisationKey): string {
  return ORGANISATIONS[organisation].name;
}

function textTurns(row: SampleAction, script: Script): Turn[] {
  const turns: Turn[] = [];
  const body = (by: Voice, act: (text: Y.Text) => void) =>
    turns.push({ by, act: (doc, id) => act(textOf(doc, id, 'body')) });

  for (const [by, words] of titleOf(row, script).slice(1)) {
    turns.push({
      by,
      act(doc, id) {
        const title = textOf(doc, id, 'title');
        type(title, title.length, words);
      },
    });
  }
  const { slip, undone, removed, restored, bold } = script;
  for (const [i, piece] of cut(row.description, script.describe.length).entries()) {
    const words = slip ? piece.replace(slip.final, slip.draft) : piece;
    body(script.describe[i] ?? script.by, (text) => type(text, endOfFirstBlock(text), words));
  }
  if (slip) body(slip.by, (text) => replace(text, slip.draft, slip.final));
  for (const { block, words } of script.more) {
    let written = '';
    for (const [by, part] of words) {
      const before = written;
      body(by, (text) => (before === '' ? addBlock(text, block, part) : typeBehind(text, before, part)));
      written += part;
    }
  }
  if (undone) body(undone.by, (text) => thinkBetter(text, () => type(text, endOfLastBlock(text), undone.text)));
  if (removed) {
    body(removed.by, (text) => type(text, endOfLastBlock(text), removed.text));
    body(removed.later, (text) => remove(text, removed.text));
  }
  if (restored) body(restored.by, (text) => thinkBetter(text, () => remove(text, restored.text)));
  if (bold) body(bold.by, (text) => setBold(text, bold.text));
  return turns;
}

/** Cuts a text into `count` parts of about equal length, between sentences where it can, else between words. */
export function cut(text: string, count: number): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = 1; i < count; i++) {
    const near = Math.round((text.length * i) / count);
    const ends = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match.index + match[0].length);
    const sentences = ends(/[.,:](?= )/gu).filter((end) => end > from && Math.abs(end - near) < text.length / 5);
    const words = ends(/\S(?= )/gu).filter((end) => end > from);
    const [at = text.length] = (sentences.length > 0 ? sentences : words).sort(
      (a, b) => Math.abs(a - near) - Math.abs(b - near),
    );
    parts.push(text.slice(from, at));
    from = at;
  }
  parts.push(text.slice(from));
  return parts;
}
