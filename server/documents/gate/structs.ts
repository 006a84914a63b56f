import type * as Y from 'yjs';

// What an update is made of, as the gate sees it.

type Content = 'gc' | 'deleted' | 'string' | 'format' | 'any' | 'map' | 'text';

/**
 * A struct that the document does not have yet, or of which it has only the beginning. `client` -1 stands for "none".
 */
export type Fresh = {
  client: number;
  clock: number;
  length: number;
  content: Content;
  leftClient: number;
  leftClock: number;
  rightClient: number;
  rightClock: number;
  /** Given only where there are no neighbours: a root's name, or the id of the item that holds the parent. */
  root: string | null;
  parentClient: number;
  parentClock: number;
  key: string | null;
  /** Filled in when it is placed; see place.ts. */
  depth: number;
  list: List | null;
};

export type SharedType = NonNullable<ReturnType<Y.Doc['share']['get']>>;

/** Where structs stand: in a text, or under one key of a map. */
export type List = {
  /** A type of the document, a new one of this update, or a root that nobody has used yet, by its name. */
  type: SharedType | Fresh | string;
  key: string | null;
};

/** The structs of one client id. */
export type Section = {
  client: number;
  /** Next clock that the document expects. */
  state: number;
  /** Clock behind the last struct of the update. */
  end: number;
  /** New structs in order; empty when the document has them all. */
  fresh: Fresh[];
  /** Bytes of the new structs. */
  from: number;
  to: number;
  /** Whether known structs stand before the new ones. */
  partly: boolean;
};

export type DeleteRange = { client: number; clock: number; length: number };
