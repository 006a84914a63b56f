import { count as countOf, eq } from 'drizzle-orm';
import {
  actionPassages,
  AuthorIndex,
  coAuthorsOf,
  FRAME,
  framePassages,
  ladder,
  planAuthorship,
  type Author,
  type AuthorshipReport,
  type ReportedAction,
  type Thresholds,
  type Words,
  type WordsQuery,
} from '#domain/authorship.ts';
import { planRoots, presentItem, readPlan } from '#domain/plan/read.ts';
import type { Db } from '../db/client.ts';
import { claim, document, participation, workspace } from '../db/schema.ts';
import type { Documents } from '../documents/documents.ts';
import { thresholdsOf } from '../workspaces/workspaces.ts';
import { Remembered } from './remembered.ts';

export type Plans = ReturnType<typeof createPlans>;

/** The part of a report that follows from the document alone. */
type Counted = Omit<AuthorshipReport, 'thresholds' | 'ladder'> & { coAuthors: ReadonlySet<string> };

/** Plans whose figures are kept: those of a large one take about a tenth of a second to count, and a megabyte. */
const REMEMBERED_PLANS = 20;

/** What can be known about whole plans. Reads what is durable only. */
export function createPlans({ db, documents }: { db: Db; documents: Documents }) {
  const counts = new Remembered<Counted>(REMEMBERED_PLANS);

  async function indexOf(documentId: string): Promise<AuthorIndex> {
    const index = new AuthorIndex();
    index.add(await documents.authors(documentId));
    return index;
  }

  /** Null when there is no such plan. */
  async function count(documentId: string, thresholds: Thresholds): Promise<Counted | null> {
    const index = await indexOf(documentId);
    return documents.read(documentId, (doc) => {
      const plan = readPlan(doc);
      const { actions, ...totals } = planAuthorship(doc, index, thresholds);
      const place = new Map(plan.goals.map((goal, i) => [goal.id, i]));
      const placeOf = (goal: string | null) => place.get(goal ?? '') ?? plan.goals.length;
      return {
        ...totals,
        goals: plan.goals.map(({ id, title }) => ({ id, title })),
        actions: plan.actions
          .toSorted((a, b) => placeOf(a.goal) - placeOf(b.goal))
          .flatMap(({ id, title, goal }): ReportedAction[] => {
            const authorship = actions.get(id);
            if (!authorship) return [];
            const { characters, unattributed, authors, tallies } = authorship;
            return [{ id, title, goal, characters, unattributed, authors, tallies }];
          }),
        coAuthors: coAuthorsOf({ actions, ...totals }),
      };
    });
  }

  return {
    /** Null when there is no such plan. What is counted is counted again only after the plan has changed. */
    async authorship(documentId: string): Promise<AuthorshipReport | null> {
      const thresholds = thresholdsFor(db, documentId);
      if (!thresholds) return null;
      // Read before the plan itself: should it change in between, the next one who asks has it counted again.
      const version = JSON.stringify([changes(db, documentId), thresholds]);
      const known = counts.get(documentId, version);
      const counted = known ?? (await count(documentId, thresholds));
      if (!counted) return null;
      if (!known) counts.set(documentId, version, counted);
      const { coAuthors, ...report } = counted;
      const opened = db.orm
        .select({ person: participation.personId })
        .from(participation)
        .where(eq(participation.documentId, documentId))
        .all();
      return {
        ...report,
        thresholds,
        ladder: ladder(
          opened.map((row) => row.person),
          await documents.contributors(documentId),
          coAuthors,
        ),
      };
    },

    /** The very words behind a figure. Null when there is no such plan. */
    async words(documentId: string, query: WordsQuery): Promise<Words | null> {
      const index = await indexOf(documentId);
      const { by } = query;
      const theirs = (author: Author) =>
        'person' in by ? author.person === by.person : author.organisation === by.organisation;
      return documents.read(documentId, (doc) => {
        const words: Words = [];
        const { actions } = planRoots(doc);
        for (const { id, title } of readPlan(doc).actions) {
          const action = presentItem(actions, id);
          if (!action || (query.in !== null && query.in !== id)) continue;
          const passages = actionPassages(action, index, theirs);
          if (passages.length > 0) words.push({ action: { id, title }, passages });
        }
        if (query.in === null || query.in === FRAME) {
          const passages = framePassages(doc, index, theirs);
          if (passages.length > 0) words.push({ action: null, passages });
        }
        return words;
      });
    },
  };
}

function thresholdsFor(db: Db, documentId: string): Thresholds | null {
  const row = db.orm
    .select({ workspace })
    .from(document)
    .innerJoin(workspace, eq(workspace.id, document.workspaceId))
    .where(eq(document.id, documentId))
    .get();
  return row ? thresholdsOf(row.workspace) : null;
}

/** How many rows of the ledger changed the plan: everybody who opens it adds a claim, which counts for nothing. */
function changes(db: Db, documentId: string): number {
  const row = db.orm.select({ seq: document.headSeq }).from(document).where(eq(document.id, documentId)).get();
  const claims = db.orm.select({ count: countOf() }).from(claim).where(eq(claim.documentId, documentId)).get();
  return (row?.seq ?? 0) - (claims?.count ?? 0);
}
