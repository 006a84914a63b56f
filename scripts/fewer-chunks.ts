import type { Plugin } from 'vite';

/**
 * Shared code goes into one file a level: what at least so many of the app's entries need (pages, and what they fetch
 * later). Whatever a module imports is needed by at least as many entries as the module is, so that files import from
 * their own level and above only and never in a circle, in which code would run before what it stands on. Code of fewer
 * entries stays in files of its own: the board must not bring the editor along.
 */
const LEVELS = [8, 5, 3];

/**
 * Joins the many small files of shared code into few: what a phone waits for on the way to the board is the number of
 * files as much as their size. A build whose files import each other in a circle fails.
 */
export function fewerChunks(): Plugin {
  return {
    name: 'kopplans-fewer-chunks',
    config: ({ build }) =>
      build?.ssr
        ? undefined
        : {
            build: {
              rolldownOptions: {
                output: {
                  codeSplitting: {
                    groups: LEVELS.map((entries) => ({
                      name: `shared-${entries}`,
                      minShareCount: entries,
                      priority: entries,
                    })),
                  },
                },
              },
            },
          },
    generateBundle(_options, bundle) {
      const imports = new Map<string, readonly string[]>();
      for (const file of Object.values(bundle)) if (file.type === 'chunk') imports.set(file.fileName, file.imports);
      const circle = importCircle(imports);
      if (circle) this.error(`files that import each other in a circle: ${circle.join(' → ')}`);
    },
  };
}

/** A way from a file back to itself along its imports, if there is one: the first file stands at both ends. */
export function importCircle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const free = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (free.has(file)) return undefined;
    const start = way.indexOf(file);
    if (start >= 0) return [...way.slice(start), file];
    way.push(file);
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next);
      if (circle) return circle;
    }
    way.pop();
    free.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return undefined;
}
