import { customAlphabet } from 'nanoid';

// Letters and digits alone: a command would take an id that begins with a dash for an option.
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A fresh random id (12 characters, about 71 bits) for an item of a document or a row. */
export const newId: () => string = customAlphabet(LETTERS, 12);
