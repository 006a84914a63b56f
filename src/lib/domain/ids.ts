import { customAlphabet } from 'nanoid';

// Letters and digits alone: a command would take an id that begins with a dash for an option.
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const random = customAlphabet(LETTERS, 12);

/** A fresh random id (12 characters, about 71 bits) for an item of a document or a row. */
export function newId(): string {
  return random();
}
