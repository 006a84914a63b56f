import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { readFields } from '#lib/features/people/forms.server.ts';
import { safeNext } from '#lib/features/people/guard.server.ts';
import { LANGUAGES, THEMES } from '#lib/features/people/preferences.ts';
import type { RequestHandler } from './$types';

const YEAR_S = 365 * 86_400;

const Preferences = v.object({
  language: v.optional(v.picklist(LANGUAGES.map(({ code }) => code))),
  theme: v.optional(v.picklist(THEMES)),
  next: v.optional(v.string(), '/'),
});

/** Language and theme of this browser; needs no account. Unknown values change nothing. */
export const POST: RequestHandler = async ({ request, cookies, url }) => {
  const form = v.safeParse(Preferences, await readFields(request, Object.keys(Preferences.entries)));
  if (!form.success) redirect(303, '/');
  const { language, theme, next } = form.output;
  // Readable by scripts: they are no secrets, and the browser's side reads the language there.
  const options = {
    path: '/',
    maxAge: YEAR_S,
    httpOnly: false,
    secure: url.protocol === 'https:',
    sameSite: 'lax',
  } as const;
  if (language) cookies.set('kopplans-locale', language, options);
  if (theme) cookies.set('kopplans-theme', theme, options);
  redirect(303, safeNext(next));
};
