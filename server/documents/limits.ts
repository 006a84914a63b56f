/** What one update, and a document, may weigh. */
export type GateLimits = {
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

/** What people may use of one room. */
export type RoomLimits = {
  /** Bytes of one awareness state as it came and as it is told, without what the server adds about the person. */
  awarenessBytes: number;
  /** Yjs client ids that one person may claim in a document within a day. */
  claimsPerDay: number;
  /** Bytes of changes that wait for the database before a document takes no more. */
  pendingBytes: number;
};

/** What sockets may use. */
export type ConnectionLimits = {
  /** Sockets from one address at once, whoever they are: a village hall shares one address. */
  connectionsPerAddress: number;
  connectionsPerPerson: number;
  connectionsPerDocument: number;
  /** Connections whose person is still being looked up. */
  pendingUpgrades: number;
  /** Messages a second, and how many may come at once. */
  messagesPerSecond: number;
  messageBurst: number;
  bytesPerSecond: number;
  byteBurst: number;
  /** Bytes that wait in a socket before a slow client gets no more single changes. */
  socketBacklog: number;
  /** Seconds without reading a byte of what it was sent before a client is sent away. */
  unreadSeconds: number;
};

/** What a socket is held to: a frame may be as large as an update, whatever it says. */
export type SocketLimits = Pick<GateLimits, 'updateBytes'> & ConnectionLimits;

export type Limits = GateLimits & RoomLimits & ConnectionLimits;

export const DEFAULT_LIMITS: Limits = {
  updateBytes: 8 * 1024 * 1024,
  documentBytes: 32 * 1024 * 1024,
  structs: 100_000,
  deleteRanges: 200_000,
  nesting: 8,
  clock: 2 ** 31 - 1,
  textLength: 1_000_000,
  valueLength: 2_000,

  awarenessBytes: 4 * 1024,
  claimsPerDay: 1000,
  pendingBytes: 64 * 1024 * 1024,

  connectionsPerAddress: 200,
  connectionsPerPerson: 20,
  connectionsPerDocument: 400,
  pendingUpgrades: 200,
  messagesPerSecond: 200,
  messageBurst: 2000,
  bytesPerSecond: 1024 * 1024,
  byteBurst: 32 * 1024 * 1024,
  socketBacklog: 1024 * 1024,
  unreadSeconds: 120,
};

/** As far as a limit may be raised where the engine itself does not go further; all others end at 2^31 - 1. */
export const HIGHEST_LIMITS: Partial<Limits> = {
  updateBytes: 128 * 1024 * 1024,
  // A snapshot is one value in the database.
  documentBytes: 512 * 1024 * 1024,
  // Yjs deletes what is nested by recursion.
  nesting: 100,
};

/** These let at least one update of the largest size through; otherwise whoever has written it could never send it. */
export const LIMITS_ABOVE_UPDATE = ['byteBurst', 'pendingBytes'] as const satisfies (keyof Limits)[];

/** More than a frame adds to its update: what lets an update of the largest size through lets its frame through, too. */
export const FRAME_OVERHEAD = 64;
