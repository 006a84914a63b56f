/** What connections may use. What one update and a document may weigh is in limits.ts. */
export type ConnectionLimits = {
  /** Bytes of one awareness state. */
  awarenessBytes: number;
  /** Yjs client ids that one person may claim in a document within a day. */
  claimsPerDay: number;
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
  /** Bytes of changes that are kept for a slow client before it has to start anew. */
  missedBytes: number;
  /** Bytes of changes that wait for the database before a document takes no more. */
  pendingBytes: number;
};

export const CONNECTION_LIMITS: ConnectionLimits = {
  awarenessBytes: 4 * 1024,
  claimsPerDay: 1000,
  connectionsPerPerson: 20,
  connectionsPerDocument: 400,
  pendingUpgrades: 200,
  messagesPerSecond: 200,
  messageBurst: 2000,
  bytesPerSecond: 1024 * 1024,
  byteBurst: 32 * 1024 * 1024,
  socketBacklog: 1024 * 1024,
  missedBytes: 16 * 1024 * 1024,
  pendingBytes: 64 * 1024 * 1024,
};
