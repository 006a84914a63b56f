import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** For Prometheus, with the token of METRICS_TOKEN; without that variable there is no such page. */
export const GET: RequestHandler = async ({ locals: { app }, request }) => {
  const { metrics } = app;
  if (!metrics) error(404);
  if (!metrics.admits(request.headers.get('authorization'))) {
    return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  }
  return new Response(await metrics.text(), { headers: { 'Content-Type': metrics.contentType } });
};
