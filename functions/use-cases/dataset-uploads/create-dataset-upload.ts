import { type DatasetKind, newId, Problem } from '@laurel/contracts';
import { datasetUploads, projects } from '@laurel/storage';
import { and, eq, inArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { checkFormat, type UploadFormat } from '../../uploads/upload-lines.ts';
import { checkQuota } from '../quotas/check-quota.ts';
import { newSecret } from '../secrets.ts';
import type { DatasetUploadRow } from './get-dataset-upload.ts';

/** Small enough to be sent again without regret, and 100 GB are 5,961 of them. */
const PART_BYTES = 16 * 2 ** 20;
const MOST_OPEN = 20;
/** So long the parts may take: 100 GB do at 4 Mbit/s. */
const OPEN_MS = 3 * 24 * 60 * 60 * 1000;

export interface NewDatasetUpload {
  kind: DatasetKind;
  name: string;
  format: UploadFormat;
  /** Of what will be sent, compressed or not. */
  sizeBytes: number;
}

/** Begins an upload in parts. @throws {Problem} 422 for a format that the kind does not have; 409 when too many are open; as `checkQuota` */
export async function createDatasetUpload(
  context: Context,
  projectId: string,
  upload: NewDatasetUpload,
): Promise<DatasetUploadRow> {
  const { db, now } = context;
  checkFormat(upload.kind, upload.format);
  return db.transaction(async (tx) => {
    await tx.select().from(projects).where(eq(projects.id, projectId)).for('no key update'); // two at once would not count each other
    const unfinished = inArray(datasetUploads.state, ['open', 'completing']);
    if ((await tx.$count(datasetUploads, and(eq(datasetUploads.projectId, projectId), unfinished))) >= MOST_OPEN) {
      const detail = `This project has ${MOST_OPEN} uploads that are not ended; complete or abort one of them first.`;
      throw new Problem(409, 'too_many_uploads', detail);
    }
    await checkQuota({ ...context, db: tx }, projectId, { stored_bytes: upload.sizeBytes });
    const at = now();
    const times = { createdAt: at, expiresAt: new Date(at.getTime() + OPEN_MS) };
    const own = { id: newId('dsu'), projectId, partBytes: PART_BYTES, secret: newSecret() };
    const [row] = await tx
      .insert(datasetUploads)
      .values({ ...upload, ...own, ...times })
      .returning();
    return row as DatasetUploadRow;
  });
}
