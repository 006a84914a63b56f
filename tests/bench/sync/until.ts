/** Waits until something is so, asked after each turn of the event loop. */
export async function until(check: () => boolean, patience = 120_000): Promise<void> {
  const end = performance.now() + patience;
  while (!check()) {
    if (performance.now() > end) throw new Error(`Not within ${patience} ms: ${check}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
