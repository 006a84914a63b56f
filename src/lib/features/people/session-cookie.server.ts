import type { RequestEvent } from '@sveltejs/kit';
import type { SessionCookie } from '#server/auth/sessions.ts';

export function setSessionCookie(event: RequestEvent, { name, value, attributes }: SessionCookie): void {
  event.cookies.set(name, value, attributes);
}

/** Signs a person in on this browser: always a new session, whoever was here before. */
export async function enter(event: RequestEvent, personId: string): Promise<void> {
  const { people, documents } = event.locals.app;
  const before = event.locals.signedIn;
  if (before) {
    await people.sessions.end(before.key);
    documents.recheck(before.person.id);
  }
  setSessionCookie(event, await people.sessions.start(personId));
}

/** Where a request comes from, for counting attempts. */
export function addressOf(event: RequestEvent): string {
  try {
    return event.getClientAddress();
  } catch {
    // ADDRESS_HEADER is set, and this request did not come through the proxy.
    return 'unknown';
  }
}
