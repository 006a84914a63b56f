import { customRandom } from 'nanoid';

// Letters and digits alone: a command would take an id that begins with a dash for an option.
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

// Bytes are drawn for each id: a pool of them would outlive the seed of the test that filled it.
const random = customRandom(LETTERS, 12, (bytes) => crypto.getRandomValues(new Uint8Array(bytes)));

/** A fresh random id (12 characters, about 71 bits) for an item of a document or a row. */
export function newId(): string {
  return random();
}
