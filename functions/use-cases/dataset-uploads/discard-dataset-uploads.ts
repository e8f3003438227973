import { datasetUploads } from '@laurel/storage';
import { and, eq, inArray, lt, ne } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type DatasetUploadRow, partsPrefixOf } from './get-dataset-upload.ts';

type Stores = Pick<Context, 'db' | 'artifacts' | 'now'>;

/** What has come of an upload can be asked for a day; a part whose address was granted before can still come as long. */
const KEPT_MS = 24 * 60 * 60 * 1000;
export const keptUntil = (endedAt: Date): Date => new Date(endedAt.getTime() + KEPT_MS);

const ENDED = ['completed', 'failed', 'aborted', 'expired'] as const;

/** Removes the parts of uploads that have ended or were left lying, and a day later their rows. */
export async function discardDatasetUploads(context: Stores): Promise<void> {
  const { db, now } = context;
  const at = now();
  await db
    .update(datasetUploads)
    .set({ state: 'expired', expiresAt: keptUntil(at) })
    .where(and(eq(datasetUploads.state, 'open'), lt(datasetUploads.expiresAt, at)));
  for (const { id } of await endedUploads(context)) await discardParts(context, id);
  for (const { id } of await forgottenUploads(context, at)) {
    await discardParts(context, id); // one may have come late
    await db.delete(datasetUploads).where(eq(datasetUploads.id, id));
  }
}

/** Those that have ended and whose parts may still be there. */
export const endedUploads = ({ db }: Pick<Context, 'db'>): Promise<DatasetUploadRow[]> =>
  db
    .select()
    .from(datasetUploads)
    .where(and(inArray(datasetUploads.state, [...ENDED]), eq(datasetUploads.holdsParts, true)));

/** Those that had expired before a moment, unless their rows are being checked. */
export const forgottenUploads = ({ db }: Pick<Context, 'db'>, expiredBefore: Date): Promise<DatasetUploadRow[]> =>
  db
    .select()
    .from(datasetUploads)
    .where(and(ne(datasetUploads.state, 'completing'), lt(datasetUploads.expiresAt, expiredBefore)));

export async function discardParts({ db, artifacts }: Stores, id: string): Promise<void> {
  for (const key of await artifacts.list(`${partsPrefixOf(id)}/`)) await artifacts.delete(key);
  await db.update(datasetUploads).set({ holdsParts: false }).where(eq(datasetUploads.id, id));
}
