import { createApp } from '#server/app.ts';
import { readConfig } from '#server/config.ts';
import { isBusy } from '#server/db/write.ts';
import { publishApp, runningApp } from '#server/running.ts';
import { newId } from '#domain/ids.ts';
import { setSessionCookie } from '#lib/features/people/session-cookie.server.ts';
import { themeOf } from '#lib/features/people/theme.server.ts';
import { paraglideMiddleware } from '#lib/i18n/paraglide/server.js';
import { error, type Handle, type HandleServerError, type ServerInit } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';

export const init: ServerInit = async () => {
  publishApp(await createApp(readConfig(process.env)));
};

/** Monitoring asks all the time; that is no news. */
const QUIET: (string | null)[] = ['/healthz', '/metrics'];

/** Unless a page says otherwise: nothing of ours is kept by caches, sniffed, framed, or told to other sites. */
const HEADERS = {
  // Pages about people, and links with a secret in them, stay out of caches.
  'Cache-Control': 'private, no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // Addresses of invitations are secrets. No referrer at all would make a form that is sent without JavaScript foreign.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=()',
};

const observe: Handle = async ({ event, resolve }) => {
  const app = runningApp();
  Object.assign(event.locals, { app, signedIn: null, person: null, busy: false });
  const start = performance.now();
  const answer = await resolve(event);
  const response = event.locals.busy && !event.isDataRequest ? tryAgain(answer) : answer;
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  app.log[QUIET.includes(event.route.id) && response.ok ? 'debug' : 'info']({
    route: event.route.id,
    method: event.request.method,
    status: response.status,
    ms: Math.round(performance.now() - start),
    person: event.locals.person?.id,
  });
  return response;
};

/** SvelteKit says 500 to every error that it does not know; this one passes. */
function tryAgain(answer: Response): Response {
  const response = new Response(answer.body, { status: 503, headers: answer.headers });
  response.headers.set('Retry-After', '5');
  return response;
}

/**
 * SvelteKit looks an action up by the name in the address: it would find what every object has (`?/constructor`), and
 * takes `?/default` for a mistake of ours.
 */
const onlyActions: Handle = ({ event, resolve }) => {
  for (const name of event.url.searchParams.keys()) {
    if (name === '/default' || (name.startsWith('/') && name.slice(1) in Object.prototype)) error(404);
  }
  return resolve(event);
};

const recognise: Handle = async ({ event, resolve }) => {
  const { sessions } = event.locals.app.people;
  const signedIn = await sessions.read(event.request.headers.get('cookie'));
  event.locals.signedIn = signedIn;
  event.locals.person = signedIn?.person ?? null;
  const cookie = signedIn?.renew ? await sessions.replace(signedIn) : signedIn?.cookie;
  if (cookie) setSessionCookie(event, cookie);
  return resolve(event);
};

const present: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ request, locale }) => {
    event.request = request;
    return resolve(event, {
      transformPageChunk: ({ html }) =>
        html.replace('%kopplans.locale%', locale).replace('%kopplans.theme%', themeOf(event.cookies)),
    });
  });

export const handle = sequence(observe, onlyActions, recognise, present);

export const handleError: HandleServerError = ({ error, event, status, message }) => {
  if (status < 500) return { message };
  if (isBusy(error)) {
    event.locals.busy = true;
    runningApp().log.warn({ route: event.route.id }, 'another process keeps the database busy');
    return { message: 'busy' };
  }
  const reference = newId();
  runningApp().log.error({ err: error, reference, route: event.route.id, person: event.locals.person?.id });
  return { message, reference };
};
