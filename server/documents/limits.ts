/** What one update, and a document, may weigh. */
export type Limits = {
  /** Bytes of one update: as large as what the app can write offline, for a sync step 2 cannot be split. */
  updateBytes: number;
  /** Bytes of a document's encoded state. Beyond it only deleting is accepted. */
  documentBytes: number;
  /** New structs in one update. */
  structs: number;
  /** Delete ranges in one update. */
  deleteRanges: number;
  /** How deep shared types nest; a root has depth 0. */
  nesting: number;
  /** Highest clock of a client id: how much one client id may ever write, in UTF-16 units. */
  clock: number;
  /** UTF-16 units of one run of text. */
  textLength: number;
  /** UTF-16 units of a plain value that is a string. */
  valueLength: number;
};

export const DEFAULT_LIMITS: Limits = {
  updateBytes: 8 * 1024 * 1024,
  documentBytes: 32 * 1024 * 1024,
  structs: 100_000,
  deleteRanges: 200_000,
  nesting: 8,
  clock: 2 ** 31 - 1,
  textLength: 1_000_000,
  valueLength: 2_000,
};
