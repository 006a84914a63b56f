import { deleteStore, openStore } from './offline-store.ts';

/** What this browser keeps of a person's plans that the server has not confirmed: by plan title, how many changes. */
export type KeptHere = { title: string; count: number }[];

/** Null: the browser does not say. */
export async function unsentHere(personId: string): Promise<KeptHere | null> {
  try {
    const store = await openStore(personId);
    const rows = await store.waiting();
    store.close();
    const titles = new Map<string, Set<string>>();
    for (const row of rows) {
      const key = row.title;
      const places = titles.get(key) ?? new Set();
      titles.set(key, places);
      for (const place of row.places) places.add(`${row.document}/${place}`);
    }
    return [...titles].map(([title, places]) => ({ title, count: places.size }));
  } catch {
    return null;
  }
}

/** Takes this browser's copies of a person's plans away. A browser that keeps nothing has nothing to take away. */
export async function forgetHere(personId: string): Promise<void> {
  try {
    await deleteStore(personId);
  } catch {
    // Nothing could be kept either.
  }
}
