import { createApp } from '#server/app.ts';
import { readConfig } from '#server/config.ts';
import { publishApp, runningApp } from '#server/running.ts';
import { newId } from '#domain/ids.ts';
import { setSessionCookie } from '#lib/features/people/session-cookie.server.ts';
import { themeOf } from '#lib/features/people/theme.server.ts';
import { paraglideMiddleware } from '#lib/i18n/paraglide/server.js';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';

export const init: ServerInit = async () => {
  publishApp(await createApp(readConfig(process.env)));
};

/** Unless a page says otherwise: nothing of ours is kept by caches, sniffed, framed, or told to other sites. */
const HEADERS = {
  // Pages about people, and links with a secret in them, stay out of caches.
  'Cache-Control': 'private, no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=()',
};

const observe: Handle = async ({ event, resolve }) => {
  const app = runningApp();
  Object.assign(event.locals, { app, signedIn: null, person: null });
  const start = performance.now();
  const response = await resolve(event);
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  // Monitoring asks all the time; that is no news.
  app.log[event.route.id === '/healthz' && response.ok ? 'debug' : 'info']({
    route: event.route.id,
    method: event.request.method,
    status: response.status,
    ms: Math.round(performance.now() - start),
    person: event.locals.person?.id,
  });
  return response;
};

const recognise: Handle = async ({ event, resolve }) => {
  const { sessions } = event.locals.app.people;
  const signedIn = await sessions.read(event.request.headers.get('cookie'));
  event.locals.signedIn = signedIn;
  event.locals.person = signedIn?.person ?? null;
  if (signedIn?.renew) setSessionCookie(event, await sessions.replace(signedIn));
  else if (signedIn?.cookie) setSessionCookie(event, signedIn.cookie);
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

export const handle = sequence(observe, recognise, present);

export const handleError: HandleServerError = ({ error, event, status, message }) => {
  if (status < 500) return { message };
  const reference = newId();
  runningApp().log.error({ err: error, reference, route: event.route.id, person: event.locals.person?.id });
  return { message, reference };
};
