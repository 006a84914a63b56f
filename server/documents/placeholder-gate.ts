import * as Y from 'yjs';
import { REFUSAL, type Refusal } from './refusal.ts';

type Verdict =
  | { kind: 'accept'; writes: number[] }
  | { kind: 'nothing' }
  | { kind: 'gap' }
  | { kind: 'refuse'; refusal: Refusal };

/** Stands in until gate.ts lands: only what keeps two browsers apart. */
export function inspectUpdate(doc: Y.Doc, update: Uint8Array): Verdict {
  try {
    const { structs, ds } = Y.decodeUpdate(update);
    const clocks = new Map<number, number>();
    const writes = new Set<number>();
    const known = (client: number) => clocks.get(client) ?? Y.getState(doc.store, client);
    for (const struct of structs) {
      const end = struct.id.clock + struct.length;
      if (end <= known(struct.id.client)) continue;
      if (struct.id.clock > known(struct.id.client)) return { kind: 'gap' };
      clocks.set(struct.id.client, end);
      writes.add(struct.id.client);
    }
    for (const struct of structs) {
      if (!(struct instanceof Y.Item)) continue;
      for (const id of [struct.origin, struct.rightOrigin]) {
        if (id && id.clock >= known(id.client)) return { kind: 'gap' };
      }
    }
    let deletes = false;
    for (const [client, ranges] of ds.clients) {
      for (const range of ranges) {
        if (range.clock + range.len > known(client)) return { kind: 'gap' };
        deletes = true;
      }
    }
    return writes.size > 0 || deletes ? { kind: 'accept', writes: [...writes] } : { kind: 'nothing' };
  } catch {
    return { kind: 'refuse', refusal: REFUSAL.malformed };
  }
}
