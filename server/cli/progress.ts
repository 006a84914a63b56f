export type Progress = ((done: number, all: number, of: string) => void) & { end(): void };

/** Tells on one line of a terminal how far long work is; says nothing into a file or a pipe. */
export function progress(what: string): Progress {
  const shown = process.stderr.isTTY;
  const tell = (done: number, all: number, of: string) => {
    if (shown) process.stderr.write(`\r\u001b[K${what} ${done} of ${all} ${of}`);
  };
  return Object.assign(tell, {
    end() {
      if (shown) process.stderr.write('\r\u001b[K');
    },
  });
}
