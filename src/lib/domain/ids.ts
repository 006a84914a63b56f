import { nanoid } from 'nanoid';

/** A fresh random id (12 characters, about 71 bits) for an item of a document or a row. */
export function newId(): string {
  return nanoid(12);
}
