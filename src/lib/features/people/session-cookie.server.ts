import type { RequestEvent } from '@sveltejs/kit';
import { browserOf } from '#domain/browser.ts';
import type { SessionCookie } from '#server/auth/sessions.ts';

export function setSessionCookie(event: RequestEvent, { name, value, attributes }: SessionCookie): void {
  event.cookies.set(name, value, attributes);
}

/** Signs a person in on this browser: always a new session, whoever was here before. */
export async function enter(event: RequestEvent, personId: string): Promise<void> {
  await endSession(event);
  const browser = browserOf(event.request.headers.get('user-agent') ?? '');
  setSessionCookie(event, await event.locals.app.people.sessions.start(personId, browser));
}

/** Signs whoever is here out of this browser. */
export async function leave(event: RequestEvent): Promise<void> {
  await endSession(event);
  setSessionCookie(event, event.locals.app.people.sessions.blankCookie());
}

/** Ends this browser's session, and with it the connections that it keeps open. */
async function endSession({ locals: { app, signedIn } }: RequestEvent): Promise<void> {
  if (!signedIn) return;
  await app.people.sessions.end(signedIn.person.id, signedIn.key);
  app.documents.recheck(signedIn.person.id);
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
