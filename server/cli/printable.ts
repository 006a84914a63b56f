// What people wrote is printed into terminals, which obey some characters: control characters move the cursor, colour,
// rename the window or type; others turn the direction of what follows.

const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** One line as it may be printed: what a terminal would obey is shown as �. */
export function printable(line: string): string {
  return line.replace(OBEYED, '\ufffd');
}

/** JSON as it may be printed. Whoever parses it gets what was written. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(OBEYED, (character) =>
    // In JSON that is well-formed a line break only stands between values.
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
