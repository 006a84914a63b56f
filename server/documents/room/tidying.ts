import * as Y from 'yjs';
import type { Accepted } from '../gate/gate.ts';
import { structsIn } from '../ids/structs.ts';

/**
 * Whether an update only deletes formatting marks: Yjs tidies them in every browser after others' changes, also in
 * those of people who only read.
 */
export function onlyTidies(doc: Y.Doc, { update, clients }: Accepted): boolean {
  if (clients.size > 0) return false;
  const { ds } = Y.decodeUpdate(update);
  return [...ds.clients].every(([client, ranges]) =>
    ranges.every(({ clock, len }) =>
      structsIn(doc, client, clock, len).every(
        (struct) => struct.deleted || (struct instanceof Y.Item && struct.content instanceof Y.ContentFormat),
      ),
    ),
  );
}
