import { createHash } from 'node:crypto';
import { type DatasetKind, newId } from '@laurel/contracts';
import { datasets } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { ReportBuilder } from '../../uploads/dataset-report.ts';
import { storedRows } from '../../uploads/stored-rows.ts';

export type DatasetRow = typeof datasets.$inferSelect;

export interface Upload {
  kind: DatasetKind;
  name: string;
  /** JSON Lines. */
  content: AsyncIterable<Uint8Array>;
}

/**
 * Takes a dataset in: checks its rows while they come, keeps them in their stored form, and makes the dataset ready, or
 * leaves nothing behind.
 *
 * @throws {Problem} 422 naming the bad rows, 413 when it is too large
 */
export async function uploadDataset(context: Context, projectId: string, upload: Upload): Promise<DatasetRow> {
  const { db, artifacts, readBlock, now } = context;
  const { kind, name, content } = upload;
  const id = newId('ds');
  const artifactKey = `datasets/${id}/rows.jsonl`;
  await db.insert(datasets).values({ id, projectId, kind, name, state: 'uploading', artifactKey });
  try {
    const report = new ReportBuilder();
    const sum = new Checksum();
    await artifacts.put(artifactKey, sum.of(storedRows(kind, content, report, readBlock)));
    const found = { rows: report.rows, report: report.build(), sha256: sum.sha256(), sizeBytes: sum.sizeBytes };
    const ready = { ...found, state: 'ready' as const, readyAt: now() };
    const [dataset] = await db.update(datasets).set(ready).where(eq(datasets.id, id)).returning();
    return dataset as DatasetRow;
  } catch (error) {
    await artifacts.delete(artifactKey);
    await db.delete(datasets).where(eq(datasets.id, id));
    throw error;
  }
}

/** Hashes and counts what passes through. */
class Checksum {
  sizeBytes = 0;
  #hash = createHash('sha256');

  async *of(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.sizeBytes += chunk.length;
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  sha256(): string {
    return this.#hash.digest('hex');
  }
}
