import { vi } from 'vitest';
import { run } from '#server/cli/run.ts';

/** Runs `npm run admin -- …` in this process on a data folder: what it printed, and the code that it ended with. */
export async function command(dataDir: string, ...args: string[]): Promise<{ status: number; printed: string }> {
  const lines: string[] = [];
  const spies = (['log', 'error'] as const).map((kind) =>
    vi.spyOn(console, kind).mockImplementation((line) => void lines.push(String(line))),
  );
  try {
    const status = await run(args, { DATA_DIR: dataDir });
    return { status, printed: lines.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
