import { overwriteGetLocale, isLocale, baseLocale } from '#lib/i18n/paraglide/runtime.js';
import type { HandleClientError } from '@sveltejs/kit';

// The language is the one in which the server made the page, also when the cookie changed in another tab since.
overwriteGetLocale(() => {
  const { lang } = document.documentElement;
  return isLocale(lang) ? lang : baseLocale;
});

export const handleError: HandleClientError = ({ error, message }) => {
  // A page that could not be fetched: the browser says no more than "TypeError".
  const unreachable =
    !navigator.onLine || (error instanceof TypeError && /fetch|import|network|load/i.test(error.message));
  return { message: unreachable ? 'offline' : message };
};
