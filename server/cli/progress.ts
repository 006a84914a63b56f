export type Progress = ((what: string, done: number, all: number, of: string) => void) & { end(): void };

/** Tells on one line of a terminal how far long work is; says nothing into a file or a pipe. */
export function progress(): Progress {
  const shown = process.stderr.isTTY;
  const tell = (what: string, done: number, all: number, of: string) => {
    if (shown) process.stderr.write(`\r\u001b[K${what} ${done} of ${all} ${of}`);
  };
  return Object.assign(tell, {
    end() {
      if (shown) process.stderr.write('\r\u001b[K');
    },
  });
}
