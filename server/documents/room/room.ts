import * as Y from 'yjs';
import { AuthorIndex, type AuthorsMessage } from '#domain/authorship.ts';
import { planRoots } from '#domain/plan/read.ts';
import { PLAN_ROOTS } from '#domain/plan/schema.ts';
import { FIRST_EPOCH } from '#domain/sync.ts';
import type { Actor } from '../actor.ts';
import { applyUpdate, attribute, type Attribution } from '../attribution/attribution.ts';
import { Claims, type Owner } from '../attribution/claims.ts';
import type { DocumentCuts } from '../attribution/cut-memory.ts';
import { DeletedContents, readDeleted } from '../attribution/deleted.ts';
import { findOld } from '../attribution/old-text.ts';
import { Copier, type CopySource } from '../copies/copier.ts';
import { markOf } from '../epoch.ts';
import { inspectUpdate, type Accepted } from '../gate/gate.ts';
import { claimEntry } from '../ledger/claim-entry.ts';
import type { Pending } from '../ledger/commits.ts';
import type { CreditedRange, Head, LedgerEntry, LedgerKind } from '../ledger/ledger.ts';
import { updateFrame } from '../messages.ts';
import { REFUSAL, RefusedError, type Refusal } from '../refusal.ts';
import { Answers } from './answers.ts';
import type { Peer, Receipt } from './peer.ts';
import { Presence } from './presence.ts';
import { applyRepairs, findRepairs, type Repair } from './repair.ts';
import { Stored } from './stored.ts';
import type { Stores } from './stores.ts';
import { tellChanges } from './telling.ts';
import { onlyTidies } from './tidying.ts';
import { asClient, Turn } from './turn.ts';

type Applied = Attribution & { provenance: CreditedRange[]; repairs: Repair[] };

/**
 * One open document. Changes go gate → document → attribution → ledger; what follows from them (acknowledgement,
 * broadcast, answers) waits until they are durable.
 */
export class Room implements Pending {
  readonly documentId: string;
  readonly epoch: string;
  /** Who is here, and where they are. */
  readonly presence: Presence;
  readonly #stores: Stores;
  readonly #stored: Stored;
  readonly #doc: Y.Doc;
  readonly #claims: Claims;
  /** Who wrote which ids, with what is not durable yet. */
  readonly #index = new AuthorIndex();
  readonly #deleted: DeletedContents;
  readonly #cuts: DocumentCuts;
  readonly #peers = new Set<Peer>();
  /** Who waits for a change inside this process to be durable. */
  readonly #waiting = new Set<(refused: RefusedError) => void>();
  readonly #onFailed: (room: Room) => void;
  #dropped = false;

  #turn = new Turn();
  /** What has become durable and is being told to the peers, one after the other. */
  #telling: Turn | null = null;

  readonly #answers: Answers;

  constructor(documentId: string, head: Head, stores: Stores, onFailed: (room: Room) => void) {
    this.documentId = documentId;
    this.#stores = stores;
    this.#onFailed = onFailed;
    this.epoch = stores.epochs.get(documentId) ?? FIRST_EPOCH;
    this.#claims = new Claims(stores.claims.all(documentId));
    this.#index.add(stores.authors.message(documentId));
    this.#deleted = new DeletedContents(documentId, stores.deleted);
    this.#cuts = stores.cuts.of(documentId);
    this.#stored = new Stored(documentId, head, stores);
    this.#doc = this.#stored.doc;
    // A root that nobody has read yet is of no type to Yjs, and what stands in it would not be repaired.
    planRoots(this.#doc);
    // The server writes under the client id that it seeded or restored the document with.
    this.#doc.clientID = markOf(this.epoch) ?? this.#claims.server ?? this.#doc.clientID;
    this.#answers = new Answers(this.#doc);
    this.presence = new Presence({
      peers: this.#peers,
      limits: stores.limits,
      ownerOf: (clientId) => this.#ownerOf(clientId),
      claim: (peer, clientIds) => this.#claim(peer, clientIds),
      broken: (error) => this.broken(error),
      whenClaimed: (clientId, effect) => {
        if (this.#turn.claimed(clientId)) this.#turn.effects.push(effect);
        else effect();
      },
    });
  }

  get peers(): ReadonlySet<Peer> {
    return this.#peers;
  }

  get rows(): number {
    return this.#turn.entries.length;
  }

  get audience(): number {
    return this.#peers.size;
  }

  get isDurable(): boolean {
    return this.#turn.isEmpty;
  }

  // Coming and going

  join(peer: Peer, opened: boolean): void {
    this.#peers.add(peer);
    if (!opened || this.#stores.participations.has(this.documentId, peer.actor.personId)) return;
    this.#turn.participants.push(peer.actor);
    this.#stores.commits.add(this);
  }

  leave(peer: Peer): void {
    this.#peers.delete(peer);
    this.presence.leave(peer);
  }

  // Reading

  /** The document; holds changes that are not durable yet unless it is asked for in `whenDurable`. */
  get doc(): Y.Doc {
    return this.#doc;
  }

  /** The state on disk: what may be shown now. */
  durableDoc(): Y.Doc {
    return this.isDurable ? this.#doc : this.#stored.durableDoc();
  }

  /** What every live peer has been sent, at least. */
  shownStateVector(): Uint8Array {
    const shown = Y.decodeStateVector(Y.encodeStateVector(this.#doc));
    for (const turn of [this.#turn, this.#telling]) {
      for (const { inserted } of turn?.entries ?? []) {
        for (const [client, clock] of inserted) shown.set(client, Math.min(clock, shown.get(client) ?? 0));
      }
    }
    return Y.encodeStateVector(shown);
  }

  /** The whole document as one update. */
  fullState(): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc);
  }

  /** Frames with what somebody lacks who has these clocks. To be asked in `whenDurable`. */
  answer(known: Map<number, number>): readonly Buffer[] {
    return this.#answers.to(known);
  }

  /** Runs when everything that was received so far is durable; at once when it is. Never when it cannot be stored. */
  whenDurable(effect: () => void): void {
    if (this.isDurable) effect();
    else this.#turn.effects.push(effect);
  }

  /**
   * Resolves when everything that was received so far is durable.
   * @throws RefusedError when it never will be
   */
  saved(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#dropped) return reject(new RefusedError(REFUSAL.failed));
      this.#waiting.add(reject);
      this.whenDurable(() => {
        this.#waiting.delete(reject);
        resolve();
      });
    });
  }

  /** The document to copy from, and who wrote it; to be used at once. It may hold changes that are not durable yet. */
  get source(): CopySource {
    return { doc: this.#doc, index: this.#index };
  }

  authors(): AuthorsMessage {
    return this.#stores.authors.message(this.documentId, (clientId) => this.#doc.store.clients.has(clientId));
  }

  // Writing

  /** An update from a peer. What is refused changes nothing. */
  receive(peer: Peer, update: Uint8Array): Receipt {
    const receipt = this.#receive(peer, update);
    this.#stores.meter.received(receipt);
    return receipt;
  }

  #receive(peer: Peer, update: Uint8Array): Receipt {
    const { limits, log, meter } = this.#stores;
    const begun = meter.now();
    const verdict = inspectUpdate(update, peer.actor, {
      doc: this.#doc,
      ownerOf: (clientId) => this.#ownerOf(clientId),
      roots: PLAN_ROOTS,
      limits,
      documentBytes: this.#stored.bytes,
    });
    meter.took('gate', begun);
    switch (verdict.kind) {
      case 'refused':
        log.warn({ document: this.documentId, connection: peer.id, detail: verdict.detail }, 'update refused');
        return refused({ code: verdict.code, reason: verdict.reason });
      case 'gap':
        return { kind: 'gap' };
      case 'nothing':
        return { kind: 'accepted' };
      case 'accept':
        if (!peer.canWrite) return onlyTidies(this.#doc, verdict) ? { kind: 'accepted' } : refused(REFUSAL.role);
        if (this.#turn.bytes + update.length > limits.pendingBytes) return refused(REFUSAL.later);
        return this.#accept(peer, verdict);
    }
  }

  #accept(peer: Peer, { update, clients }: Accepted): Receipt {
    const unclaimed: number[] = [];
    for (const clientId of clients) {
      const owner = this.#claims.owner(clientId);
      if (!owner) unclaimed.push(clientId);
      // Somebody who changed organisation writes under a fresh client id.
      else if (!owns(peer.actor, owner)) return refused(REFUSAL.clientId);
    }
    const refusal = this.#claim(peer, unclaimed);
    if (refusal) return refused(refusal);
    const { meter, now } = this.#stores;
    const begun = meter.now();
    const writers = [...clients].filter((clientId) => !this.#doc.store.clients.has(clientId));
    const attribution = this.#apply(update, peer.actor);
    meter.took('apply', begun);
    if (!attribution) return refused(REFUSAL.failed);
    for (const clientId of writers) this.#turn.writers.push({ clientId, ...peer.actor, at: now() });
    const { inserted, deleted, provenance } = attribution;
    if (inserted.length === 0 && deleted.length === 0) return { kind: 'accepted' };
    this.#append({
      actorId: peer.actor.personId,
      organisationId: peer.actor.organisationId,
      connectionId: peer.id,
      at: this.#stores.now(),
      kind: 'edit',
      bytes: update,
      inserted,
      deleted,
      provenance,
    });
    this.#changed(update, peer);
    this.#repair(attribution.repairs);
    return { kind: 'accepted' };
  }

  /**
   * A change that the server makes because somebody pressed a button. It is durable when `saved` says so.
   * @throws RefusedError when the document takes no more, and whatever `change` throws: a document that was changed in
   * part is dropped then
   */
  edit<T>(kind: 'copy' | 'restore', actor: Actor, source: CopySource, change: (copier: Copier) => T): T {
    const { limits } = this.#stores;
    if (this.#stored.bytes > limits.documentBytes) throw new RefusedError(REFUSAL.tooLarge);
    if (this.#turn.bytes > limits.pendingBytes) throw new RefusedError(REFUSAL.later);
    let changed = false;
    const note = () => void (changed = true);
    this.#doc.once('update', note);
    try {
      return this.#edit(kind, actor, source, change);
    } catch (error) {
      if (changed) this.broken(error);
      throw error;
    } finally {
      this.#doc.off('update', note);
    }
  }

  /** Brings the document back to its schema by an edit of the server's own. */
  #repair(repairs: readonly Repair[]): void {
    if (repairs.length > 0) this.#edit('system', null, this.source, () => applyRepairs(this.#doc, repairs));
  }

  /**
   * Every change of the server's own, under its client id, in one transaction. One that changes nothing leaves no row.
   */
  #edit<T>(kind: LedgerKind, actor: Actor | null, source: CopySource, change: (copier: Copier) => T): T {
    const copier = new Copier(this.#doc, this.#index, source);
    let repairs: Repair[] = [];
    const updates: Uint8Array[] = [];
    const keep = (update: Uint8Array) => updates.push(update);
    this.#doc.on('update', keep);
    let attributed: ReturnType<typeof attribute<T>>;
    try {
      attributed = attribute(
        this.#doc,
        () => change(copier),
        (transaction) => {
          this.#deleted.add(readDeleted(transaction, actor?.personId ?? null));
          repairs = findRepairs(this.#doc, transaction);
        },
      );
    } finally {
      this.#doc.off('update', keep);
    }
    const { inserted, deleted, result } = attributed;
    const [update] = updates;
    if (!update) return result;
    this.#append({
      actorId: actor?.personId ?? null,
      organisationId: actor?.organisationId ?? null,
      connectionId: null,
      at: this.#stores.now(),
      kind,
      bytes: update,
      inserted,
      deleted,
      provenance: [...copier.credits],
    });
    this.#changed(update, null);
    this.#repair(repairs);
    return result;
  }

  /** A change is in the document and on its way to disk. */
  #changed(update: Uint8Array, from: Peer | null): void {
    this.#stored.grew(update.length);
    this.#turn.changes.push({ update, frame: updateFrame(update), from });
  }

  // Becoming durable (called by Commits)

  write(): void {
    // What was pending when the room was dropped was shown to nobody; its clients send it again.
    if (!this.#dropped) this.#stored.write(this.#turn, this.#deleted);
  }

  committed(): void {
    // Nothing is told that was not written.
    if (this.#dropped || !this.#stored.committed()) return;
    const turn = this.#turn;
    this.#turn = new Turn();
    this.#deleted.committed();
    this.#telling = turn;
    const authors = turn.authors();
    if (authors.clients.length + authors.ranges.length > 0) for (const peer of this.#peers) peer.authors(authors);
    this.#answers.changed(turn.changes.map(({ frame }) => frame));
    tellChanges(this.#peers, turn.changes);
    this.#telling = null;
    for (const effect of turn.effects) effect();
  }

  failed(): void {
    this.drop(REFUSAL.failed);
  }

  /** After an error that nobody foresaw: its people reload, and everybody else works on. */
  broken(error: unknown): void {
    this.#stores.log.error({ err: error, document: this.documentId }, 'a document is closed after an error');
    this.drop(REFUSAL.failed);
  }

  /** Lets go of the memory; what was written since the last snapshot is kept as a new one. */
  unload(): void {
    this.#stored.keepSnapshot();
    this.#doc.destroy();
  }

  /** Forgets the document as it is in memory, with everything in it that is not durable. */
  drop(refusal: Refusal): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#onFailed(this);
    for (const peer of [...this.#peers]) peer.dropped(refusal);
    for (const reject of this.#waiting) reject(new RefusedError(refusal));
    this.#doc.destroy();
  }

  #ownerOf(clientId: number): string | 'server' | null {
    const owner = this.#claims.owner(clientId);
    return owner && (owner.personId ?? 'server');
  }

  /** Null when Yjs could not apply what the gate let pass: the document in memory is of no use any more. */
  #apply(update: Uint8Array, actor: Actor): Applied | null {
    const { log } = this.#stores;
    let provenance: CreditedRange[] = [];
    let repairs: Repair[] = [];
    try {
      const attribution = applyUpdate(this.#doc, update, (transaction, attribution) => {
        this.#deleted.add(readDeleted(transaction, actor.personId));
        provenance = this.#findOld(transaction, attribution, actor);
        repairs = findRepairs(this.#doc, transaction);
      });
      return { ...attribution, provenance, repairs };
    } catch (error) {
      log.error({ err: error, document: this.documentId }, 'an update that passed the gate cannot be applied');
      this.drop(REFUSAL.failed);
      return null;
    }
  }

  /**
   * What comes back, and what was carried here. It is told from derived tables and from memory: what is wrong with them
   * costs a credit, never the document.
   */
  #findOld(transaction: Y.Transaction, attribution: Attribution, actor: Actor): CreditedRange[] {
    try {
      const context = { index: this.#index, deleted: this.#deleted, cuts: this.#cuts, actor, at: this.#stores.now() };
      return findOld(transaction, attribution, context);
    } catch (error) {
      this.#stores.log.error({ err: error, document: this.documentId }, 'cannot tell what came back');
      return [];
    }
  }

  #append(entry: LedgerEntry): void {
    this.#turn.append(entry);
    this.#stores.commits.add(this);
  }

  /** Makes client ids a peer's own for ever; none of them when it is too many. */
  #claim(peer: Peer, clientIds: readonly number[]): Refusal | null {
    if (clientIds.length === 0) return null;
    const { limits, now } = this.#stores;
    const at = now();
    const claimed = this.#claims.countRecent(peer.actor.personId, at);
    if (claimed + clientIds.length > limits.claimsPerDay) return REFUSAL.later;
    for (const clientId of clientIds) {
      const claim = { clientId, ...peer.actor, at };
      this.#claims.add(claim);
      this.#index.add({ clients: asClient(claim), ranges: [] });
      this.#turn.claims.push(claim);
      this.#append(claimEntry(claim, peer.id));
    }
    return null;
  }
}

function refused(refusal: Refusal): Receipt {
  return { kind: 'refused', refusal };
}

function owns(actor: Actor, owner: Owner): boolean {
  return owner.personId === actor.personId && owner.organisationId === actor.organisationId;
}
