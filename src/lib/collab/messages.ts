import * as decoding from 'lib0/decoding';
import * as v from 'valibot';
import type { ExtraMessage } from '#domain/sync.ts';

// Reads our own messages of #domain/sync.ts.

const person = v.string();
const organisation = v.nullable(v.string());

const saved = v.object({ frames: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });
const authors = v.object({
  clients: v.array(v.tuple([v.number(), person, organisation])),
  ranges: v.array(v.tuple([v.number(), v.number(), v.number(), v.nullable(person), organisation])),
});
const notice = v.object({ canWrite: v.boolean() });

export const readNotice = (decoder: decoding.Decoder): ExtraMessage['notice'] | null => read(decoder, notice);
export const readSaved = (decoder: decoding.Decoder): ExtraMessage['saved'] | null => read(decoder, saved);
export const readAuthors = (decoder: decoding.Decoder): ExtraMessage['authors'] | null => read(decoder, authors);

/** Null when it is not what was agreed: a newer server may say more than this page understands. */
function read<S extends v.GenericSchema>(decoder: decoding.Decoder, schema: S): v.InferOutput<S> | null {
  try {
    const result = v.safeParse(schema, JSON.parse(decoding.readVarString(decoder)));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
