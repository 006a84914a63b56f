import { json } from '@sveltejs/kit';
import { version } from '../../../package.json';
import type { RequestHandler } from './$types';

/** For load balancers and monitoring: 200 when it works, 503 when the database does not answer or cannot be written. */
export const GET: RequestHandler = ({ locals: { app } }) => {
  const database = answers(() => app.db.sqlite.prepare('select 1 from workspace limit 1').get());
  const { rooms, storing } = app.documents.load();
  const ok = database && storing;
  return json({ ok, version, database, storing, rooms }, { status: ok ? 200 : 503 });
};

function answers(query: () => unknown): boolean {
  try {
    query();
    return true;
  } catch {
    return false;
  }
}
