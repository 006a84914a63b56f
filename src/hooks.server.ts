import { createApp } from '#server/app.ts';
import { readConfig } from '#server/config.ts';
import { publishApp, runningApp } from '#server/running.ts';
import { paraglideMiddleware } from '#lib/i18n/paraglide/server.js';
import type { Handle, ServerInit } from '@sveltejs/kit';

export const init: ServerInit = async () => {
  publishApp(await createApp(readConfig(process.env)));
};

export const handle: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ request, locale }) => {
    event.request = request;
    event.locals.app = runningApp();
    const theme = event.cookies.get('kopplans-theme') ?? 'system';
    return resolve(event, {
      transformPageChunk: ({ html }) => html.replace('%kopplans.locale%', locale).replace('%kopplans.theme%', theme),
    });
  });
