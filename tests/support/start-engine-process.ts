import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Load } from '#server/documents/meter.ts';

/** What the process itself says about its memory, once it has let go of what it can. */
export type EngineMemory = NodeJS.MemoryUsage & { load: Load };

/** The engine as a process of its own. */
export type EngineProcess = {
  port: number;
  documentId: string;
  pid: number;
  memory(): Promise<EngineMemory>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
};

/**
 * Starts the engine on a data folder, with members of these names (`anna`, `vera:observer`); it ends with the test at
 * the latest.
 */
export async function startEngineProcess(dataDir: string, names: readonly string[]): Promise<EngineProcess> {
  const script = path.join(import.meta.dirname, 'engine-process.ts');
  const child = spawn(process.execPath, ['--expose-gc', script, dataDir, ...names], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  const { port, documentId } = JSON.parse(line) as { port: number; documentId: string };
  return {
    port,
    documentId,
    pid: child.pid ?? 0,
    async memory() {
      const answer = once(child, 'message');
      child.send('memory');
      const [memory] = (await answer) as [EngineMemory];
      return memory;
    },
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
