/** Something that the person at the keyboard can put right; the message is one line for them. */
export class CommandError extends Error {
  readonly exitCode: 1 | 2;

  /** `exitCode`: 1 for "could not be done", 2 for "called in a wrong way". */
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
