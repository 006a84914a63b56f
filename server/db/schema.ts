import { FIRST_EPOCH } from '#domain/sync.ts';
import { blob, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

// Times are milliseconds since 1970 (UTC). Ids are random text. Money is in cents.

/** A human being with an account; may belong to several workspaces. */
export const person = sqliteTable('person', {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text().notNull(),
  passwordHash: text('password_hash'),
  createdAt: integer('created_at').notNull(),
});

/** A signed-in browser. `id` is the SHA-256 of the token in the cookie: a stolen row is useless as a cookie. */
export const session = sqliteTable(
  'session',
  {
    id: text().primaryKey(),
    personId: text('person_id')
      .notNull()
      .references(() => person.id),
    /** Stays when the token is replaced, so that open connections outlive a renewal. */
    key: text().notNull(),
    /** `due`: the person's rights changed, the next page replaces the token. `done`: replaced, about to end. */
    renewal: text({ enum: ['none', 'due', 'done'] })
      .notNull()
      .default('none'),
    /** Which browser, in the short form of `#domain/browser.ts`. */
    browser: text().notNull().default(''),
    /** When the person signed in; stays when the token is replaced. */
    createdAt: integer('created_at').notNull(),
    /** About when it was last used; 0 for sessions from before this was kept. */
    lastUsedAt: integer('last_used_at').notNull().default(0),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('session_person').on(t.personId), index('session_key').on(t.key)],
);

/** One municipality with its partners. */
export const workspace = sqliteTable('workspace', {
  id: text().primaryKey(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  /** Made-up demo data: pages say so. */
  demo: integer({ mode: 'boolean' }).notNull().default(false),
  /** Co-author thresholds; see `Thresholds` of `#domain/authorship.ts`. */
  coAuthorShare: real('co_author_share').notNull().default(0.05),
  coAuthorCharacters: integer('co_author_characters').notNull().default(40),
  createdAt: integer('created_at').notNull(),
});

export const organisation = sqliteTable(
  'organisation',
  {
    id: text().primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspace.id),
    name: text().notNull(),
    kind: text({
      enum: ['municipality', 'association', 'foundation', 'community', 'business', 'institution'],
    }).notNull(),
    sector: text({ enum: ['public', 'civic', 'business'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('organisation_name').on(t.workspaceId, t.name)],
);

/** A person in a workspace, with the role and the organisation that they act for. */
export const membership = sqliteTable(
  'membership',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspace.id),
    personId: text('person_id')
      .notNull()
      .references(() => person.id),
    role: text({ enum: ['coordinator', 'editor', 'evaluator', 'observer'] }).notNull(),
    organisationId: text('organisation_id').references(() => organisation.id),
    /** Author mark within the workspace (hue and pattern), given in order of joining: 0, 1, 2, … */
    mark: integer().notNull(),
    createdAt: integer('created_at').notNull(),
    /** Set when the person was removed; the row stays, for authorship names them for ever. */
    endedAt: integer('ended_at'),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.personId] }), index('membership_person').on(t.personId)],
);

/** A link into a workspace, for one person or for many. Only the SHA-256 of its token is kept. */
export const invitation = sqliteTable(
  'invitation',
  {
    id: text().primaryKey(),
    tokenHash: text('token_hash').notNull().unique(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspace.id),
    role: text({ enum: ['coordinator', 'editor', 'evaluator', 'observer'] }).notNull(),
    organisationId: text('organisation_id').references(() => organisation.id),
    /** For the coordinator's memory ("for Anna"); never trusted. */
    note: text().notNull().default(''),
    /** How many people may use it; null: as many as want to. */
    places: integer().default(1),
    createdBy: text('created_by').references(() => person.id),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    revokedAt: integer('revoked_at'),
  },
  (t) => [index('invitation_workspace').on(t.workspaceId)],
);

/** Who came in through an invitation. */
export const invitationUse = sqliteTable(
  'invitation_use',
  {
    invitationId: text('invitation_id')
      .notNull()
      .references(() => invitation.id),
    personId: text('person_id')
      .notNull()
      .references(() => person.id),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.invitationId, t.personId] })],
);

/** The letter with an invitation, and what became of it. Kept no longer than the invitation is open. */
export const invitationMail = sqliteTable('invitation_mail', {
  invitationId: text('invitation_id')
    .primaryKey()
    .references(() => invitation.id),
  email: text().notNull(),
  /** Language of whoever invited. */
  locale: text({ enum: ['lv', 'en'] }).notNull(),
  state: text({ enum: ['waiting', 'sent', 'failed'] }).notNull(),
  /** Why it could not be sent: the address is refused, or the mail server cannot be used. */
  problem: text({ enum: ['address', 'server'] }),
  attempts: integer().notNull().default(0),
  /** When it was sent, or else when the next attempt is due. */
  at: integer().notNull(),
});

/** The one-time link with which the first coordinator sets the server up. */
export const setup = sqliteTable('setup', {
  tokenHash: text('token_hash').primaryKey(),
  createdAt: integer('created_at').notNull(),
  usedAt: integer('used_at'),
});

/** A shared document (a Y.Doc). */
export const document = sqliteTable(
  'document',
  {
    id: text().primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspace.id),
    kind: text({ enum: ['plan'] }).notNull(),
    year: integer(),
    /** Newest ledger row, kept apart from the ledger so that a cut tail shows. */
    headSeq: integer('head_seq').notNull().default(0),
    headHash: blob('head_hash', { mode: 'buffer' }),
    /** Replaced by a restore from a backup: whoever holds another one holds what this document never had. */
    epoch: text().notNull().default(FIRST_EPOCH),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('document_plan_year').on(t.workspaceId, t.kind, t.year)],
);

/**
 * Append-only, hash-chained record of everything that ever changed a document. See server/documents/ledger/ledger.ts.
 */
export const ledger = sqliteTable(
  'ledger',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => document.id),
    seq: integer().notNull(),
    /** Person whose connection it was; null for the server itself. */
    actorId: text('actor_id'),
    organisationId: text('organisation_id'),
    connectionId: text('connection_id'),
    at: integer().notNull(),
    kind: text({ enum: ['claim', 'edit', 'copy', 'restore', 'system'] }).notNull(),
    /** The accepted update (V1), or for a claim the client id as text. */
    bytes: blob({ mode: 'buffer' }).notNull(),
    /** JSON: [[client, clock, length], …] */
    inserted: text().notNull(),
    /** JSON: [[client, clock, length, text | null], …] */
    deleted: text().notNull(),
    /**
     * JSON: [[client, clock, length, personId, organisationId | null, reason], …], ranges that are no new contribution
     * of the actor.
     */
    provenance: text().notNull(),
    prevHash: blob('prev_hash', { mode: 'buffer' }).notNull(),
    hash: blob({ mode: 'buffer' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.seq] })],
);

/** Older rows of the ledger, many in one. See server/documents/ledger/chunk.ts. */
export const ledgerChunk = sqliteTable(
  'ledger_chunk',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => document.id),
    firstSeq: integer('first_seq').notNull(),
    lastSeq: integer('last_seq').notNull(),
    /** The smallest time of its rows: clocks are set back now and then. */
    earliestAt: integer('earliest_at').notNull(),
    /** The hash before its first row, and that of its last one. */
    prevHash: blob('prev_hash', { mode: 'buffer' }).notNull(),
    hash: blob({ mode: 'buffer' }).notNull(),
    /** The rows as they were hashed, compressed with zstd. */
    bytes: blob({ mode: 'buffer' }).notNull(),
    /** SHA-256 of everything above. */
    digest: blob({ mode: 'buffer' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.firstSeq] })],
);

/** Newest state of a document, so that opening costs its size and not its history. Derived: may be deleted. */
export const snapshot = sqliteTable('snapshot', {
  documentId: text('document_id')
    .primaryKey()
    .references(() => document.id),
  seq: integer().notNull(),
  state: blob({ mode: 'buffer' }).notNull(),
  /** SHA-256 of the state; null for those from before this was kept. */
  digest: blob({ mode: 'buffer' }),
  at: integer().notNull(),
});

/**
 * Earlier states of a document, so that a past moment costs its size and not all that went before. Derived: may be
 * deleted.
 */
export const checkpoint = sqliteTable(
  'checkpoint',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => document.id),
    seq: integer().notNull(),
    /** The state after that row, compressed with zstd. */
    state: blob({ mode: 'buffer' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.seq] })],
);

/** Who owns a Yjs client id in a document. Derived from the ledger's claims. */
export const claim = sqliteTable(
  'claim',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => document.id),
    clientId: integer('client_id').notNull(),
    /** null: held by the server. */
    personId: text('person_id'),
    organisationId: text('organisation_id'),
    at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.clientId] }),
    index('claim_person').on(t.documentId, t.personId, t.at),
  ],
);

/**
 * Ranges that are no new contribution of their client id's owner: old text under new ids; flags are nobody's. Derived.
 */
export const provenance = sqliteTable(
  'provenance',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => document.id),
    clientId: integer('client_id').notNull(),
    clock: integer().notNull(),
    length: integer().notNull(),
    personId: text('person_id'),
    organisationId: text('organisation_id'),
    reason: text({ enum: ['undo', 'copy', 'move', 'removal'] }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.clientId, t.clock] })],
);

/** Text that was deleted, by the ids it had, so that undo can be recognised. Derived. */
export const deletedText = sqliteTable(
  'deleted_text',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => document.id),
    clientId: integer('client_id').notNull(),
    clock: integer().notNull(),
    length: integer().notNull(),
    text: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.clientId, t.clock] })],
);

/** Who opened a document: participants. */
export const participation = sqliteTable(
  'participation',
  {
    documentId: text('document_id')
      .notNull()
      .references(() => document.id),
    personId: text('person_id')
      .notNull()
      .references(() => person.id),
    organisationId: text('organisation_id'),
    openedAt: integer('opened_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.personId] })],
);
