import * as Y from 'yjs';
import { firstWhere } from '#domain/sorted.ts';
import { isBroughtBack } from './brought-back.ts';
import type { Fresh } from './structs.ts';
import { Violation } from './violation.ts';

// A struct in a text names its neighbours. If the left one does not stand before the right one, documents that got
// their updates in different order show different text for good. Mostly that can be told at a glance; where it cannot,
// the text is put together as Yjs would do it.

/** Steps that one update may cost before it is refused. */
const BUDGET = 2_000_000;

/** Checks the order of neighbours; give it the structs in the order in which they were placed. */
export class Order {
  readonly #doc: Y.Doc;
  readonly #freshAt: (client: number, clock: number) => Fresh | undefined;
  #budget = BUDGET;
  readonly #placed: Fresh[] = [];
  /** Texts in which something could not be told at a glance. */
  readonly #doubtful = new Set<object | string>();

  constructor(doc: Y.Doc, freshAt: (client: number, clock: number) => Fresh | undefined) {
    this.#doc = doc;
    this.#freshAt = freshAt;
  }

  /** A struct has been placed in a text. `state`: next clock of its client that the document expects. */
  add(struct: Fresh, state: number): void {
    // Where undo brought an item back, honest browsers write neighbours out of order.
    if (struct.list && isBroughtBack(struct.list.type)) return;
    this.#placed.push(struct);
    const begun = struct.clock < state;
    const left = begun ? this.#spot(struct.client, state - 1) : this.#spot(struct.leftClient, struct.leftClock);
    const right = this.#spot(struct.rightClient, struct.rightClock);
    const glance = this.#glance(left, right);
    if (glance === 'wrong') throw wrongNeighbours();
    if (glance === 'unclear' && struct.list) this.#doubtful.add(struct.list.type);
  }

  /** Looks closely at what was left open. */
  finish(stateOf: (client: number) => number): void {
    for (const text of this.#doubtful) {
      const rope = new Rope(this.#spend);
      if (text instanceof Y.AbstractType) {
        for (let item = text._start; item; item = item.right) rope.append(nodeOf(item));
      }
      for (const struct of this.#placed) {
        if (struct.list?.type === text) rope.integrate(newNode(struct, stateOf(struct.client)));
      }
    }
  }

  readonly #spend = (steps: number): void => {
    this.#budget -= steps;
    if (this.#budget < 0) throw new Violation('too-large', 'G16: too many conflicts');
  };

  /** What stands at an id; null stands for the beginning or the end of the text. */
  #spot(client: number, clock: number): Spot | null {
    if (client === -1) return null;
    const fresh = this.#freshAt(client, clock);
    if (fresh) return { run: fresh, item: null, client, clock, ...beginOf(fresh, clock), ...endOf(fresh) };
    const structs = this.#doc.store.clients.get(client);
    const item = structs?.[Y.findIndexSS(structs, clock)];
    if (!(item instanceof Y.Item)) return null;
    const node = nodeOf(item);
    return { run: item, item, client, clock, ...beginOf(node, clock), ...endOf(node) };
  }

  #glance(left: Spot | null, right: Spot | null): Glance {
    // At the beginning nothing but a beginning can follow, and at the end nothing but an end can come before.
    if (!left) return !right || right.leftClient === -1 ? 'right' : 'wrong';
    if (!right) return left.rightClient === -1 ? 'right' : 'wrong';
    if (right.leftClient === left.client && right.leftClock === left.clock) return 'right';
    if (left.rightClient === right.client && left.rightClock === right.clock) return 'right';
    if (left.run === right.run) return 'wrong';
    return left.item && right.item ? this.#walk(left, left.item, right, right.item) : 'unclear';
  }

  /** Both are in the document: go from the left one to the right until the other one shows up. */
  #walk(left: Spot, from: Y.Item, right: Spot, to: Y.Item): Glance {
    if (right.clock > to.id.clock) return 'wrong';
    const origin = this.#spot(right.leftClient, right.leftClock);
    const end = this.#spot(left.rightClient, left.rightClock);
    if (origin && origin.run === from && origin.clock > left.clock) return 'wrong';
    for (let item = from.right; item; item = item.right) {
      if (item === to) return 'right';
      if (item === origin?.run || item === end?.run) return 'wrong';
      this.#spend(1);
    }
    return 'wrong';
  }
}

type Glance = 'right' | 'wrong' | 'unclear';

/** One id in a text, with the neighbours that it was written between. */
type Spot = {
  /** The struct that holds it. */
  run: Fresh | Y.Item;
  /** The same if it is in the document. */
  item: Y.Item | null;
  client: number;
  clock: number;
  leftClient: number;
  leftClock: number;
  rightClient: number;
  rightClock: number;
};

function beginOf(run: Neighbours, clock: number): Pick<Spot, 'leftClient' | 'leftClock'> {
  if (clock > run.clock) return { leftClient: run.client, leftClock: clock - 1 };
  return { leftClient: run.leftClient, leftClock: run.leftClock };
}

function endOf({ rightClient, rightClock }: Neighbours): Pick<Spot, 'rightClient' | 'rightClock'> {
  return { rightClient, rightClock };
}

function wrongNeighbours(): Violation {
  return new Violation('malformed', 'G16: no neighbours');
}

type Neighbours = {
  client: number;
  clock: number;
  leftClient: number;
  leftClock: number;
  rightClient: number;
  rightClock: number;
};

type Node = Neighbours & { length: number; next: Node | null };

function nodeOf({ id, length, origin, rightOrigin }: Y.Item): Node {
  return {
    client: id.client,
    clock: id.clock,
    length,
    leftClient: origin?.client ?? -1,
    leftClock: origin?.clock ?? 0,
    rightClient: rightOrigin?.client ?? -1,
    rightClock: rightOrigin?.clock ?? 0,
    next: null,
  };
}

function newNode(struct: Fresh, state: number): Node {
  const { client, clock, length, leftClient, leftClock, rightClient, rightClock } = struct;
  const node = { client, clock, length, leftClient, leftClock, rightClient, rightClock, next: null };
  return clock < state ? partOf(node, state - clock) : node;
}

/** The part of a run from `offset` on. */
function partOf(node: Node, offset: number): Node {
  const clock = node.clock + offset;
  return { ...node, clock, length: node.length - offset, leftClient: node.client, leftClock: clock - 1 };
}

/** A text's items in order, put together as Yjs does it (YATA with the right origin; see Item.integrate in yjs). */
class Rope {
  #first: Node | null = null;
  #last: Node | null = null;
  readonly #clients = new Map<number, Node[]>();
  readonly #spend: (steps: number) => void;

  constructor(spend: (steps: number) => void) {
    this.#spend = spend;
  }

  /** Adds what stands in the document already, from left to right. */
  append(node: Node): void {
    this.#spend(1);
    if (this.#last) this.#last.next = node;
    else this.#first = node;
    this.#last = node;
    this.#remember(node);
  }

  integrate(node: Node): void {
    const right = node.rightClient === -1 ? null : this.#startingAt(node.rightClient, node.rightClock);
    let left = node.leftClient === -1 ? null : this.#endingAt(node.leftClient, node.leftClock);
    if (left && right) this.#checkNeighbours(left, right);
    const conflicting = new Set<Node>();
    const between = new Set<Node>();
    for (let other = left ? left.next : this.#first; other && other !== right; other = other.next) {
      this.#spend(1);
      between.add(other);
      conflicting.add(other);
      if (node.leftClient === other.leftClient && node.leftClock === other.leftClock) {
        if (other.client < node.client) {
          left = other;
          conflicting.clear();
        } else if (node.rightClient === other.rightClient && node.rightClock === other.rightClock) {
          break;
        }
      } else {
        const origin = other.leftClient === -1 ? null : this.#at(other.leftClient, other.leftClock);
        if (!origin || !between.has(origin)) break;
        if (!conflicting.has(origin)) {
          left = other;
          conflicting.clear();
        }
      }
    }
    node.next = left ? left.next : this.#first;
    if (left) left.next = node;
    else this.#first = node;
    this.#remember(node);
  }

  /** Whether two nodes can have stood next to one another when whoever wrote between them did so. */
  #checkNeighbours(left: Node, right: Node): void {
    const origin = right.leftClient === -1 ? null : this.#at(right.leftClient, right.leftClock);
    const end = left.rightClient === -1 ? null : this.#at(left.rightClient, left.rightClock);
    for (let node = left.next; node !== right; node = node.next) {
      if (!node || node === origin || node === end) throw wrongNeighbours();
      this.#spend(1);
    }
  }

  #remember(node: Node): void {
    const nodes = this.#clients.get(node.client);
    if (!nodes) this.#clients.set(node.client, [node]);
    else if ((nodes.at(-1)?.clock ?? 0) < node.clock) nodes.push(node);
    else {
      this.#spend(1 + (nodes.length >> 6));
      nodes.splice(this.#index(nodes, node.clock) + 1, 0, node);
    }
  }

  /** Index of the last node that starts at or before a clock. */
  #index(nodes: Node[], clock: number): number {
    return firstWhere(nodes, (node) => node.clock > clock) - 1;
  }

  #at(client: number, clock: number): Node {
    const nodes = this.#clients.get(client) ?? [];
    const node = nodes[this.#index(nodes, clock)];
    if (!node || clock >= node.clock + node.length) throw wrongNeighbours();
    return node;
  }

  #startingAt(client: number, clock: number): Node {
    const node = this.#at(client, clock);
    return node.clock === clock ? node : this.#split(node, clock - node.clock);
  }

  #endingAt(client: number, clock: number): Node {
    const node = this.#at(client, clock);
    if (node.clock + node.length - 1 !== clock) this.#split(node, clock - node.clock + 1);
    return node;
  }

  /** Splits a run; returns the part from `offset` on. */
  #split(node: Node, offset: number): Node {
    const rest = partOf(node, offset);
    node.next = rest;
    node.length = offset;
    this.#remember(rest);
    return rest;
  }
}
