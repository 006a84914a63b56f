import { createContext } from 'svelte';
import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';
import {
  addAction,
  addGoal,
  moveAction,
  moveGoal,
  removeAction,
  removeGoal,
  restoreAction,
  restoreGoal,
  type Place,
} from '#domain/plan/edit.ts';
import type { ActionView } from '#domain/plan/read.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import { statusLabel } from '#lib/i18n/labels.ts';
import type { Taken } from '#lib/collab/history.svelte.ts';
import { offerUndo } from '#lib/collab/offer-undo.ts';
import { fieldsOf, groupActions, GROUPINGS, placeIn, type Column, type Grouping } from './columns.ts';
import { matcher, type Filter } from './filter.ts';

/** A place on the board: a column and how many cards are above. */
export type Spot = { column: string; index: number };

/** An action that is being moved: with the keyboard it is shown where it would lie, with a pointer a line shows it. */
export type Carry = { id: string; by: 'keyboard' | 'pointer'; spot: Spot | null };

/** What the address says about the board. */
export type BoardAddress = Filter & { grouping: Grouping; column: string | null; selected: string | null };

export function readAddress(url: URL, params: Record<string, string | undefined>): BoardAddress {
  const by = url.searchParams.get('by');
  return {
    grouping: GROUPINGS.find((grouping) => grouping === by) ?? 'goal',
    text: url.searchParams.get('q') ?? '',
    organisation: url.searchParams.get('org'),
    column: url.searchParams.get('col'),
    selected: params.action ?? null,
  };
}

/** The board of one plan in one tab: columns as they are shown, and what is done with them. */
export class PlanBoard {
  readonly session: PlanSession;
  readonly #address: () => BoardAddress;
  /** Typed into the filter; the address follows. */
  text = $state('');
  carry = $state.raw<Carry | null>(null);
  /** The column in which a new action is being named. */
  adding = $state<string | null>(null);
  addingGoal = $state(false);
  renaming = $state<string | null>(null);
  filterOpen = $state(false);
  /** Going to paper: cards say all that a screen shows on asking. */
  printing = $state(false);
  /** Words of the person that are not in the plan are shown: those that were refused, or lost by a restore. */
  ownText = $state<'refused' | 'lost' | null>(null);
  /** The list of removed actions is open. */
  removedOpen = $state(false);
  /** For screen readers. */
  announcement = $state('');
  /** The card that was put down last: it is marked for a moment. */
  landed = $state<string | null>(null);

  readonly address = $derived.by(() => this.#address());
  readonly grouping = $derived(this.address.grouping);
  readonly filtered = $derived(this.text.trim() !== '' || this.address.organisation !== null);
  readonly #matches = $derived(matcher({ text: this.text, organisation: this.address.organisation }));
  readonly #sorted = $derived.by(() =>
    groupActions(
      this.session.view.goals,
      this.session.view.actions,
      this.grouping,
      this.filtered ? this.#matches : undefined,
    ),
  );
  /** As shown: what is carried with the keyboard lies where it would be put. */
  readonly columns = $derived.by(() => {
    const { carry } = this;
    if (carry?.by !== 'keyboard' || !carry.spot) return this.#sorted;
    const action = this.session.view.action(carry.id);
    if (!action) return this.#sorted;
    const { column: key, index } = carry.spot;
    return this.#sorted.map((column) => {
      const actions = column.actions.filter((other) => other.id !== carry.id);
      if (column.key === key) actions.splice(index, 0, action);
      else if (actions.length === column.actions.length) return column;
      return { ...column, actions };
    });
  });
  readonly hits = $derived(this.#sorted.reduce((sum, column) => sum + column.actions.length, 0));
  /** The column that a phone shows. */
  readonly current = $derived(
    this.columns.find((column) => column.key === this.address.column)?.key ?? this.columns[0]?.key ?? null,
  );
  readonly editable = $derived.by(() => this.session.editable);

  constructor(session: PlanSession, address: () => BoardAddress) {
    this.session = session;
    this.#address = address;
    session.history.told = (taken) => this.#say(taken);
    this.text = address().text;
    this.filterOpen = address().text !== '' || address().organisation !== null;
  }

  titleOf(column: Column): string {
    if (column.status) return statusLabel(column.status);
    if (!column.goal) return m.board_no_goal();
    return column.goal.title.trim() || m.board_untitled_goal();
  }

  // Moving

  /** Where a card is now, or null when the filter hides it. */
  spotOf(id: string): Spot | null {
    for (const column of this.#sorted) {
      const index = column.actions.findIndex((action) => action.id === id);
      if (index >= 0) return { column: column.key, index };
    }
    return null;
  }

  pickUp(id: string, by: Carry['by']): void {
    if (!this.editable) return;
    this.carry = { id, by, spot: by === 'keyboard' ? this.spotOf(id) : null };
    this.landed = null;
    if (by === 'keyboard') this.announcement = m.board_picked_up({ title: this.#name(id), ...this.#words() });
  }

  /** A pointer is over a place. */
  hover(spot: Spot | null): void {
    const { carry } = this;
    if (carry?.by !== 'pointer') return;
    if (carry.spot?.column === spot?.column && carry.spot?.index === spot?.index) return;
    this.carry = { ...carry, spot };
  }

  /** One step with the keyboard: up or down in the column, or to the column beside. */
  step(direction: 'up' | 'down' | 'left' | 'right'): void {
    const { carry, columns } = this;
    if (carry?.by !== 'keyboard' || !carry.spot) return;
    const at = columns.findIndex((column) => column.key === carry.spot?.column);
    const column = columns[direction === 'left' ? at - 1 : direction === 'right' ? at + 1 : at];
    if (!column) return;
    const others = column.actions.filter((action) => action.id !== carry.id).length;
    const index = carry.spot.index + (direction === 'up' ? -1 : direction === 'down' ? 1 : 0);
    this.carry = { ...carry, spot: { column: column.key, index: Math.max(0, Math.min(others, index)) } };
    this.announcement = m.board_carried(this.#words());
  }

  /** Puts down what is carried. The document is written here, and only here. */
  drop(): void {
    const { carry } = this;
    if (!carry) return;
    const words = this.#words();
    const moved = carry.spot !== null && this.move(carry.id, carry.spot);
    this.carry = null;
    if (moved) this.announcement = m.board_dropped({ title: this.#name(carry.id), ...words });
    else this.#stayed(carry);
  }

  cancel(): void {
    const { carry } = this;
    this.carry = null;
    if (carry) this.#stayed(carry);
  }

  #stayed(carry: Carry): void {
    if (carry.by === 'keyboard') this.announcement = m.board_move_cancelled({ title: this.#name(carry.id) });
  }

  /** @returns whether anything changed */
  move(id: string, spot: Spot): boolean {
    const { view, doc, origin, history } = this.session;
    const column = this.#sorted.find(({ key }) => key === spot.column);
    const from = this.spotOf(id);
    const action = view.action(id);
    if (!this.editable || !column || !action) return false;
    if (from?.column === spot.column && from.index === spot.index) return false;
    const before = {
      place: { after: view.actions[view.actions.indexOf(action) - 1]?.id ?? null },
      fields: { goal: action.goal, status: action.status },
    };
    const place = placeIn(view.actions, column.actions, spot.index, id);
    const words = m.board_moved({ title: this.#name(id), column: this.titleOf(column) });
    const step = history.oneStep(
      () => moveAction(doc, id, place, fieldsOf(column), origin),
      () => moveAction(doc, id, before.place, before.fields, origin),
      words,
    );
    this.landed = id;
    offerUndo(this.session, words, step);
    return true;
  }

  // Adding, renaming, removing

  addAction(title: string, column: Column): void {
    const { doc, origin, history } = this.session;
    let id = '';
    const words = m.board_action_added({ title });
    history.oneStep(() => (id = addAction(doc, { title, ...fieldsOf(column) }, {}, origin)), undefined, words);
    this.landed = id;
    this.announcement = words;
  }

  removeAction(action: ActionView): void {
    const { doc, origin, history, view } = this.session;
    const gone = () => view.action(action.id) === undefined;
    const words = m.board_action_deleted({ title: this.#titleOr(action) });
    const step = history.oneStep(
      () => removeAction(doc, action.id, origin),
      () => restoreAction(doc, action.id, origin),
      words,
    );
    offerUndo(this.session, words, step, gone);
  }

  restoreAction(action: ActionView): void {
    const { doc, origin, history } = this.session;
    const words = m.board_action_restored({ title: this.#titleOr(action) });
    history.oneStep(() => restoreAction(doc, action.id, origin), undefined, words);
    this.landed = action.id;
    this.announcement = words;
  }

  addGoal(title: string): void {
    const { doc, origin, history } = this.session;
    const words = m.board_goal_added({ title });
    history.oneStep(() => addGoal(doc, title, {}, origin), undefined, words);
    this.announcement = words;
  }

  /** Moves a goal one column to the left (-1) or right (1). */
  moveGoal(id: string, by: -1 | 1): void {
    const { view, doc, origin, history } = this.session;
    const at = view.goals.findIndex((goal) => goal.id === id);
    const others = view.goals.filter((goal) => goal.id !== id);
    const to = at + by;
    if (at < 0 || to < 0 || to > others.length) return;
    const place: Place = { after: others[to - 1]?.id ?? null };
    const words = m.board_goal_moved({ place: String(to + 1), count: String(view.goals.length) });
    history.oneStep(() => moveGoal(doc, id, place, origin), undefined, words);
    this.announcement = words;
  }

  removeGoal(id: string): void {
    const { doc, origin, view, history } = this.session;
    const title = view.goal(id)?.title ?? '';
    const gone = () => view.goal(id) === undefined;
    const words = m.board_goal_deleted({ title: title.trim() || m.board_untitled_goal() });
    const step = history.oneStep(
      () => removeGoal(doc, id, origin),
      () => restoreGoal(doc, id, origin),
      words,
    );
    offerUndo(this.session, words, step, gone);
  }

  // Undo

  /** Says what undo or redo did. In a field whose own words change it is heard there. */
  #say({ way, words, items }: Taken): void {
    if (words === null && document.activeElement?.matches('input, textarea, [contenteditable=true]')) return;
    const what = words ?? this.#changed(items);
    const said = way === 'undo' ? m.board_undone({ what }) : m.board_redone({ what });
    // The same words again would not be read out.
    this.announcement = said === this.announcement ? `${said}\u00a0` : said;
  }

  /** What was changed, by the name of the only item in which something was. */
  #changed(items: Taken['items']): string {
    const [id] = items;
    const item = items.size === 1 && id !== undefined && (this.session.view.action(id) ?? this.session.view.goal(id));
    const title = item ? item.title.trim() : '';
    return title === '' ? m.board_own_change() : m.board_change_in({ title });
  }

  #name(id: string): string {
    const action = this.session.view.action(id);
    return action ? this.#titleOr(action) : m.board_untitled_action();
  }

  #titleOr(action: ActionView): string {
    return action.title.trim() || m.board_untitled_action();
  }

  #words(): { column: string; place: string; count: string } {
    const spot = this.carry?.spot;
    const column = this.columns.find(({ key }) => key === spot?.column);
    if (!spot || !column) return { column: '', place: '', count: '' };
    const others = column.actions.filter((action) => action.id !== this.carry?.id).length;
    return { column: this.titleOf(column), place: String(spot.index + 1), count: String(others + 1) };
  }
}

/** The board of the plan that is open. */
export const [getBoard, setBoard] = createContext<PlanBoard>();
