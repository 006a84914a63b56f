import { FORMS, HORIZONS, MOST, SOURCES, STAGES, STATUSES } from '#domain/plan/schema.ts';
import type { Form, Horizon, Stage } from '#domain/plan/schema.ts';
import { sourceLabel, statusLabel } from '#lib/i18n/labels.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import type { Reading } from './draft.svelte.ts';
import type { Parsed } from './figures.ts';

// Words for the values of an action's fields.

const FORM = {
  cash: m.sheet_form_cash,
  'in-kind': m.sheet_form_in_kind,
  volunteer: m.sheet_form_volunteer,
} satisfies Record<Form, () => string>;

const STAGE = {
  planned: m.sheet_stage_planned,
  applied: m.sheet_stage_applied,
  granted: m.sheet_stage_granted,
  received: m.sheet_stage_received,
} satisfies Record<Stage, () => string>;

const HORIZON = {
  soon: m.sheet_horizon_soon,
  'long-term': m.sheet_horizon_long_term,
} satisfies Record<Horizon, () => string>;

export const formLabel = (form: Form): string => FORM[form]();
export const stageLabel = (stage: Stage): string => STAGE[stage]();

export const sourceOptions = () => SOURCES.map((value) => ({ value, label: sourceLabel(value) }));
export const formOptions = () => FORMS.map((value) => ({ value, label: formLabel(value) }));
export const stageOptions = () => STAGES.map((value) => ({ value, label: stageLabel(value) }));
export const statusOptions = () => STATUSES.map((value) => ({ value, label: statusLabel(value) }));
/** With the empty choice first. */
export const horizonOptions = () => [
  { value: '' as const, label: m.sheet_not_set() },
  ...HORIZONS.map((value) => ({ value, label: HORIZON[value]() })),
];

const PROBLEM = {
  'not-a-number': m.sheet_problem_not_a_number,
  negative: m.sheet_problem_negative,
  'too-large': m.sheet_problem_too_large,
};

/** A parsed figure as a field wants it, with the problem in words. */
export function inWords(parsed: Parsed): Reading<number | null> {
  return parsed.ok ? parsed : { ok: false, problem: PROBLEM[parsed.reason]() };
}

/** A short line of text; null when it is empty. */
export function readLine(text: string): Reading<string | null> {
  const line = text.trim();
  if (line.length > MOST.line) return { ok: false, problem: m.sheet_problem_too_long({ limit: MOST.line }) };
  return { ok: true, value: line === '' ? null : line };
}
