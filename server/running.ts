import type { App } from './app.ts';

// The HTTP server is started outside SvelteKit's module graph; the application lives inside it. They meet here.
const KEY = Symbol.for('kopplans');
type Holder = { [KEY]?: App };

export function publishApp(app: App): void {
  (globalThis as Holder)[KEY] = app;
}

/** The application object, once hooks.server.ts has made it. */
export function findApp(): App | null {
  return (globalThis as Holder)[KEY] ?? null;
}

/** The application object that hooks.server.ts made. */
export function runningApp(): App {
  const app = findApp();
  if (!app) throw new Error('The application has not been started');
  return app;
}
