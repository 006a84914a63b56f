import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { fewerChunks } from './scripts/fewer-chunks.ts';
import { keptPluralRules } from './scripts/plural-rules.ts';
import { documentSync } from './server/vite.ts';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/i18n/paraglide',
      strategy: ['cookie', 'preferredLanguage', 'baseLocale'],
      cookieName: 'kopplans-locale',
      emitTsDeclarations: true,
    }),
    keptPluralRules(),
    fewerChunks(),
    sveltekit(),
    documentSync(),
  ],
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1' },
  test: {
    include: ['src/**/*.test.ts', 'server/**/*.test.ts', 'tests/{contract,sync}/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['tests/support/seeded-ids.ts'],
    // Files of one worker share what they import, which takes a third of the time otherwise. They leave nothing behind.
    isolate: false,
    // On two cores one would work alone: many tests wait for a server or a clock.
    maxWorkers: '100%',
  },
});
