import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { allows, type Right } from '#domain/rights.ts';
import type { Access } from '#server/access/access.ts';
import type { Person, SignedIn } from '#server/auth/sessions.ts';
import type { Workspace } from '#server/workspaces/workspaces.ts';

// Every load and action that needs somebody asks here.

type Asked = Pick<RequestEvent, 'locals' | 'url'>;

export type Member = { person: Person; workspace: Workspace; access: Access };

/** Whoever is signed in; nobody is sent to the sign-in page and comes back afterwards. */
export function requireSignedIn({ locals, url }: Asked): SignedIn {
  if (locals.signedIn) return locals.signedIn;
  redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
}

/**
 * The member who asks, if their role in the workspace has this right.
 * Nobody signed in: redirect to the sign-in page. No such workspace: 404. Not a member, or without the right: 403.
 */
export async function requireMember(event: Asked, slug: string, right: Right): Promise<Member> {
  const { person } = requireSignedIn(event);
  const { people } = event.locals.app;
  const workspace = await people.workspaces.bySlug(slug);
  if (!workspace) error(404, 'workspace');
  const access = await people.access(person.id, workspace.id);
  if (!access) error(403, 'member');
  if (!allows(access.role, right)) error(403, 'right');
  return { person, workspace, access };
}

/** A path of this site to go on to; anything else (another site, a script) becomes `/`. */
export function safeNext(next: string | null): string {
  if (!next?.startsWith('/')) return '/';
  const base = 'http://kopplans.invalid';
  const url = URL.parse(next, base);
  // A path may still begin with two slashes ("/.//evil.example"), which a browser reads as another host.
  if (url?.origin !== base || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search + url.hash;
}
