import type { RequestEvent } from '@sveltejs/kit';
import type { SessionCookie } from '#server/auth/sessions.ts';

export function setSessionCookie(event: RequestEvent, { name, value, attributes }: SessionCookie): void {
  event.cookies.set(name, value, attributes);
}
