import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * A path in the project's folder, wherever the process was started. The folder is the one with package.json above this
 * file, which also runs from inside the build.
 */
export function inProject(...names: string[]): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const above = path.dirname(folder);
    if (above === folder) throw new Error(`There is no package.json above ${import.meta.dirname}`);
    folder = above;
  }
  return path.join(folder, ...names);
}
