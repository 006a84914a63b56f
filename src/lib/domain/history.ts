// What changed in a plan, as people think of it: who did what in one sitting.

/** A moment of a document: the number of a ledger row, or a time (milliseconds since 1970). */
export type Moment = { seq: number } | { at: number };

/** What one person did for one organisation without a longer pause. */
export type ChangeSet = {
  /** null: the server itself */
  personId: string | null;
  organisationId: string | null;
  /** Milliseconds since 1970 */
  from: number;
  to: number;
  /** The first and last row of the ledger; rows of others may lie between. */
  fromSeq: number;
  toSeq: number;
  items: ItemChange[];
};

/** What happened to one goal or action, or to the plan itself. */
export type ItemChange = {
  kind: 'plan' | 'goal' | 'action';
  /** null: the plan itself */
  id: string | null;
  /** As it read when the set ended. */
  title: string;
  fields: FieldChange[];
};

/**
 * One field. `path`: keys below the item, such as ['title'], ['status'] or ['funding', <id>, 'note']; of `presence`
 * what came or went: [] is the item itself.
 */
export type FieldChange = { path: string[] } & (
  | {
      kind: 'text';
      /** Passages in reading order. What was written and deleted again within the set is in neither. */
      added: string[];
      deleted: string[];
      /** Old text that undo brought back, or that was carried or copied here: no contribution. */
      restored: string[];
      /** Whether marks or blocks changed. */
      formatted: boolean;
    }
  /** null: there was, or is, none. */
  | { kind: 'value'; from: PlainValue; to: PlainValue }
  | { kind: 'presence'; change: 'added' | 'removed' | 'brought-back' }
);

export type PlainValue = string | number | boolean | null;
