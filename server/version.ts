import { readFileSync } from 'node:fs';
import { inProject } from './project-folder.ts';

/** The version of Kopplāns that runs, for example "0.1.0". */
export function appVersion(): string {
  return (JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as { version: string }).version;
}
