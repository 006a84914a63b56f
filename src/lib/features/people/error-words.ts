import { m } from '#lib/i18n/paraglide/messages.js';

export type ErrorWords = { title: string; text: string; /** Trying again may help. */ retry: boolean };

/**
 * Another process kept the database: SvelteKit tells pages 500, the answer itself is 503. Null: there was no answer.
 */
export function shownStatus(status: number, error: App.Error | null): number | null {
  if (error?.message === 'offline') return null;
  return error?.message === 'busy' ? 503 : status;
}

/**
 * An error of a page in words. `error.message` is a code of ours ("workspace", "member", "right", "offline", "busy") or
 * Kit's text.
 */
export function errorWords(status: number, error: App.Error | null): ErrorWords {
  if (error?.message === 'offline') {
    return { title: m.people_error_offline_title(), text: m.people_error_offline_text(), retry: true };
  }
  if (error?.message === 'busy') {
    return { title: m.people_error_busy_title(), text: m.people_error_busy_text(), retry: true };
  }
  if (status === 404) {
    return error?.message === 'workspace'
      ? { title: m.people_error_workspace_title(), text: m.people_error_workspace_text(), retry: false }
      : { title: m.people_error_404_title(), text: m.people_error_404_text(), retry: false };
  }
  if (status === 401 || status === 403) {
    const text = error?.message === 'member' ? m.people_error_member_text() : m.people_error_right_text();
    return { title: m.people_error_403_title(), text, retry: false };
  }
  if (status === 413) return { title: m.people_error_413_title(), text: m.people_error_413_text(), retry: false };
  if (status < 500) return { title: m.people_error_400_title(), text: m.people_error_400_text(), retry: true };
  const reference = error?.reference ?? String(status);
  return { title: m.people_error_500_title(), text: m.people_error_500_text({ reference }), retry: true };
}
