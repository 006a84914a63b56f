import { createDocuments } from '#server/documents/engine.ts';
import { openDatabase } from '#server/db/client.ts';
import { writeDemo } from '#server/demo/demo.ts';
import { readSamplePlan, type SampleAction } from '#server/demo/sample-plan.ts';
import { createLog } from '#server/log.ts';

/** The rows of the sample plan over and over; from the second time on their titles are numbered. */
async function manySampleActions(count: number): Promise<SampleAction[]> {
  const rows = await readSamplePlan();
  return Array.from({ length: count }, (_, i) => {
    const row = rows[i % rows.length];
    if (!row) throw new Error('The sample plan is empty');
    const round = Math.floor(i / rows.length) + 1;
    return { ...row, number: i + 1, title: round === 1 ? row.title : `${row.title} (${round})` };
  });
}

/**
 * Fills an empty data directory with the demo's people and a plan of `count` actions, written through the gate. The
 * app started on it in demo mode (`DATA_DIR`) leaves it as it is.
 */
export async function fillLargeDemo(dataDir: string, count: number): Promise<void> {
  const db = openDatabase(dataDir);
  const nobody = { identify: async () => null, isLive: async () => false, access: async () => null };
  const documents = createDocuments({ db, log: createLog('silent'), directory: nobody, origin: null });
  try {
    await writeDemo({ db, documents }, await manySampleActions(count));
  } finally {
    await documents.close();
    db.close();
  }
}
