import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type * as Y from 'yjs';
import type { AuthorsMessage } from '#domain/authorship.ts';
import type { ChangeSet, Moment } from '#domain/history.ts';
import type { ItemMap } from '#domain/plan/read.ts';
import type { Role } from '#domain/rights.ts';
import type { Actor } from './actor.ts';
import type { Load } from './meter.ts';

/** A person in the workspace of a document. */
export type Access = { role: Role; organisationId: string | null; name: string; mark: number };

/** What the engine has to know about people. */
export type Directory = {
  /** Whose session a Cookie header belongs to; null without a valid one. */
  identify(cookie: string | undefined): Promise<{ personId: string; sessionKey: string } | null>;
  isLive(sessionKey: string): Promise<boolean>;
  /** A person's membership of the workspace that a document belongs to; null for somebody who is no member. */
  access(personId: string, documentId: string): Promise<Access | 'no-document' | null>;
};

/**
 * A writer inside this process (demo, tests): a Y.Doc of its own whose updates go through the gate like any
 * browser's, under a client id claimed by its person.
 */
export type LocalWriter = {
  doc: Y.Doc;
  /** Resolves when everything written so far is durable. Rejects with the refusal if the gate refused it. */
  saved(): Promise<void>;
  close(): Promise<void>;
};

/**
 * What copies are made with. All of it is one change, in one transaction: it must be made at once, without waiting.
 * Whoever first wrote what is copied is the author of the copy, also across documents. What is written to `doc`
 * directly is nobody's.
 */
export type CopyEdit = {
  /** What is written to. */
  readonly doc: Y.Doc;
  /** What is copied from; may be the same document. Only to be read. */
  readonly source: Y.Doc;
  /**
   * Copies text with its formatting: of `from` all, or what stands from `start` to before `end`; in `to` behind what is
   * there, or to the place `at`. In UTF-16 units.
   * @throws when there is no such place, or it is in the middle of a character
   */
  copyText(from: Y.Text, to: Y.Text, place?: { start?: number; end?: number; at?: number }): void;
  /**
   * Sets a field (status, date, amount, an organisation …) to what it is in `from`; nothing when it is that already.
   */
  copyField(from: ItemMap, to: ItemMap, name: string): void;
  /**
   * Adds a copy of an item (goal, action, funding line, indicator) with all that is in it, but parts that were removed.
   * @param values entries that it gets instead of the old ones, nobody's: plain values or new Y types; null: none
   * @param names what is copied, if not everything
   * @returns its id
   */
  copyItem(
    from: ItemMap,
    into: Y.Map<ItemMap>,
    values?: Readonly<Record<string, unknown>>,
    names?: Iterable<string>,
  ): string;
};

export type NewPlan = { workspaceId: string; year: number; title: string };

/** The document engine, as the rest of the server sees it. */
export type Documents = {
  /** Creates and seeds a plan, unless the workspace has one of this year; returns its document id. */
  createPlan(plan: NewPlan): Promise<string>;
  /**
   * Reads the durable state; what is not on disk yet is not shown. Null when there is no such document. `view` must
   * not change the document.
   */
  read<T>(documentId: string, view: (doc: Y.Doc) => T): Promise<T | null>;
  /** What changes when the document is restored from a backup; null when there is no such document. */
  epoch(documentId: string): Promise<string | null>;
  /** Who wrote which ids, complete. */
  authors(documentId: string): Promise<AuthorsMessage>;
  /**
   * A document as it was after a ledger row, or at a time, with the number of the newest row in it; null when there
   * was, or is, no such moment. Takes time that grows with the document and not with its history.
   * @throws when the ledger is damaged
   */
  at(documentId: string, moment: Moment): Promise<{ doc: Y.Doc; seq: number } | null>;
  /**
   * What was changed, by whom: sets of one person without a longer pause, the newest first; 50 unless `limit` says
   * otherwise. `before`: the `toSeq` of the last one that is known already.
   * @throws when the ledger is damaged
   */
  history(documentId: string, page?: { before?: number; limit?: number }): Promise<ChangeSet[]>;
  /** People with at least one insertion of their own; undo and mere removals are none. */
  contributors(documentId: string): Promise<ReadonlySet<string>>;
  /** @throws when there is no such document */
  join(documentId: string, actor: Actor): Promise<LocalWriter>;
  /**
   * Copies within a document, or from one into another, because somebody pressed a button (promote, merge, split, roll
   * over); whether they may is for the caller to ask. Resolves when it is durable, with what `change` returned.
   * @param from the document that is copied from, if it is another one
   * @throws RefusedError when the document is full or cannot be stored; when there is no such document; whatever
   * `change` throws (the document is then loaded anew, without any of it)
   */
  copy<T>(documentId: string, actor: Actor, change: (edit: CopyEdit) => T, from?: string): Promise<T>;
  /**
   * Brings a document, or a part of it, back to how it was, because somebody pressed a button. What comes back is its
   * authors'. Resolves when it is durable.
   * @param past the same document at an earlier moment
   * @param path what is brought back: keys from a root, as ['actions', <id>] or ['actions', <id>, 'body']; empty: all
   * of it
   * @throws RefusedError as `copy`; when there is no such document, or nothing to bring back
   */
  bringBack(documentId: string, actor: Actor, past: Y.Doc, path: readonly string[]): Promise<void>;
  /** A browser asks for `/sync/<documentId>`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Somebody's role, organisation or session changed: check their open connections now. */
  recheck(personId: string): void;
  load(): Load;
  close(): Promise<void>;
};
