import { planRoots, readText } from '#domain/plan/read.ts';
import type { Documents } from '#server/documents/documents.ts';

/** Plans with the titles that their documents have now. */
export function withTitles<Plan extends { documentId: string }>(
  documents: Documents,
  plans: readonly Plan[],
): Promise<(Plan & { title: string })[]> {
  return Promise.all(
    plans.map(async (plan) => {
      const title = await documents.read(plan.documentId, (doc) => readText(planRoots(doc).meta.get('title')));
      return { ...plan, title: title ?? '' };
    }),
  );
}
