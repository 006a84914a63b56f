import type { IncomingMessage } from 'node:http';
import * as Y from 'yjs';
import { newId } from '#domain/ids.ts';
import { seedPlan } from '#domain/plan/edit.ts';
import type { Db } from '../db/client.ts';
import { write } from '../db/write.ts';
import type { Log } from '../log.ts';
import { attribute } from './attribution/attribution.ts';
import { AuthorTable } from './attribution/authors.ts';
import { ClaimTable, type Claim } from './attribution/claims.ts';
import { CutMemory } from './attribution/cut-memory.ts';
import { DeletedTable } from './attribution/deleted.ts';
import { Participations } from './attribution/participation.ts';
import { Gateway } from './connections/gateway.ts';
import { joinLocally } from './connections/writer.ts';
import { bringBack } from './copies/bring-back.ts';
import type { Directory, Documents, NewPlan } from './documents.ts';
import { Epochs } from './epoch.ts';
import { Checkpoints } from './history/checkpoints.ts';
import { Contributors } from './history/contributors.ts';
import { History } from './history/history.ts';
import { Commits } from './ledger/commits.ts';
import { FIRST_HASH } from './ledger/chain.ts';
import { claimEntry } from './ledger/claim-entry.ts';
import { Ledger, type LedgerEntry } from './ledger/ledger.ts';
import { Packer } from './ledger/packer.ts';
import { LedgerReader } from './ledger/reader.ts';
import { Snapshots } from './ledger/snapshots.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { NO_METER, type Meter } from './meter.ts';
import { Rooms } from './room/registry.ts';
import type { Stores } from './room/stores.ts';
import { Upkeep } from './upkeep.ts';

export type EngineOptions = {
  db: Db;
  log: Log;
  directory: Directory;
  /** Public address; null: whatever the Host header says. */
  origin: string | null;
  /** What the connections of a request's address are counted by. */
  addressOf?: (request: IncomingMessage) => string;
  limits?: Partial<Limits>;
  /** Who listens to how it works. */
  meter?: Meter;
  now?: () => number;
};

/** How long the end waits for another process that holds the database: what stops servers is not patient either. */
const CLOSE_PATIENCE_MS = 5_000;

/** Builds the document engine. It opens documents as they are asked for. */
export function createDocuments(options: EngineOptions): Documents {
  const {
    db,
    log,
    directory,
    origin,
    addressOf = ({ socket }) => socket.remoteAddress ?? '',
    meter = NO_METER,
    now = Date.now,
  } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const reader = new LedgerReader(db.sqlite);
  const commits = new Commits(db.sqlite, log, meter);
  const upkeep = new Upkeep({
    packer: new Packer(db.sqlite, log),
    checkpoints: new Checkpoints(db.sqlite),
    commits,
    log,
  });
  const stores: Stores = {
    log,
    limits,
    ledger: new Ledger(db.sqlite),
    epochs: new Epochs(db.sqlite),
    claims: new ClaimTable(db.sqlite),
    authors: new AuthorTable(db.sqlite),
    deleted: new DeletedTable(db.sqlite),
    cuts: new CutMemory(db.sqlite),
    snapshots: new Snapshots(db.sqlite, reader, log),
    participations: new Participations(db.sqlite),
    commits,
    upkeep,
    meter,
    now,
  };
  const rooms = new Rooms(stores);
  const contributors = new Contributors(reader);
  const history = new History(db.sqlite);
  const gateway = new Gateway({ rooms, directory, origin, addressOf, limits, meter, log });

  return {
    async createPlan(plan) {
      return createPlan(stores, db, plan);
    },
    async read(documentId, view) {
      const room = rooms.get(documentId);
      return room ? view(room.durableDoc()) : null;
    },
    async epoch(documentId) {
      return stores.epochs.get(documentId);
    },
    async authors(documentId) {
      return rooms.get(documentId)?.authors() ?? { clients: [], ranges: [] };
    },
    at: (documentId, moment) => history.at(documentId, moment),
    history: (documentId, page) => history.changeSets(documentId, page),
    contributors: (documentId) => contributors.of(documentId),
    async join(documentId, actor) {
      return joinLocally(rooms.open(documentId), actor);
    },
    async copy(documentId, actor, change, from = documentId) {
      let source = rooms.open(from);
      // Another document's ledger must not lose what this one has a copy of.
      while (from !== documentId && !source.isDurable) {
        await source.saved();
        source = rooms.open(from);
      }
      const room = rooms.open(documentId);
      const result = room.edit('copy', actor, source.source, change);
      await room.saved();
      return result;
    },
    async bringBack(documentId, actor, past, path) {
      const room = rooms.open(documentId);
      const { index } = room.source;
      room.edit('restore', actor, { doc: past, index }, (copier) => bringBack(copier, index, path));
      await room.saved();
    },
    handleUpgrade: (request, socket, head) => gateway.handleUpgrade(request, socket, head),
    recheck: (personId) => gateway.recheck(personId),
    load: () => ({ rooms: rooms.size, ...gateway.load(), ...stores.commits.load() }),
    async close() {
      gateway.closeDoor();
      // Whoever has written hears that it is safe before they are sent away.
      const settled = await stores.commits.settled(CLOSE_PATIENCE_MS);
      await gateway.close();
      if (settled) await stores.commits.settled(CLOSE_PATIENCE_MS);
      stores.commits.stop();
      await upkeep.stop();
      rooms.close();
    },
  };
}

/**
 * Seeds a plan under a client id that belongs to the server for ever. One plan a workspace and year: who is second gets
 * that one.
 */
async function createPlan(stores: Stores, db: Db, plan: NewPlan): Promise<string> {
  const documentId = newId();
  const at = stores.now();
  const doc = new Y.Doc();
  const { inserted } = attribute(
    doc,
    () => seedPlan(doc, plan.title),
    () => {},
  );
  const claim: Claim = { clientId: doc.clientID, personId: null, organisationId: null, at };
  const seed: LedgerEntry = {
    actorId: null,
    organisationId: null,
    connectionId: null,
    at,
    kind: 'system',
    bytes: Y.encodeStateAsUpdate(doc),
    inserted,
    deleted: [],
    provenance: [],
  };
  return write(db, () => {
    const existing = db.sqlite
      .prepare<[string, number], { id: string }>(
        `SELECT id FROM document WHERE workspace_id = ? AND kind = 'plan' AND year = ?`,
      )
      .get(plan.workspaceId, plan.year);
    if (existing) return existing.id;
    db.sqlite
      .prepare(`INSERT INTO document (id, workspace_id, kind, year, created_at) VALUES (?, ?, 'plan', ?, ?)`)
      .run(documentId, plan.workspaceId, plan.year, at);
    stores.claims.insert(documentId, claim);
    stores.ledger.append(documentId, { seq: 0, hash: FIRST_HASH }, [claimEntry(claim), seed]);
    return documentId;
  });
}
