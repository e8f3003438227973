import { setTimeout } from 'node:timers/promises';
import { newId, Problem } from '@laurel/contracts';
import { datasetUploads, type UploadError } from '@laurel/storage';
import { ArtifactNotFound, ArtifactStoreFull } from '@laurel/storage/artifacts';
import { and, asc, eq, isNull, lt, or } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { discardDataset } from '../datasets/discard-unfinished-uploads.ts';
import { type DatasetRow, takeDataset } from '../datasets/upload-dataset.ts';
import type { Keep } from '../idempotent.ts';
import { discardParts, keptUntil } from './discard-dataset-uploads.ts';
import { type DatasetUploadRow, partCountOf, partKeyOf, sizeOfPart } from './get-dataset-upload.ts';

/** Whoever completes an upload and has been silent for so long is gone. */
const LEASE_MS = 60_000;
const RENEWED_EVERY_MS = 5_000;
/** Of which the last leaves it to the owner: what stopped so many may stop all. */
const MOST_ATTEMPTS = 5;
const READ_TRIES = 3;
const READ_AGAIN_AFTER_MS = 500;
/** A part is handed on in pieces: what reads them holds no more than one. */
const PIECE_BYTES = 2 ** 16;

/** Why a run has to stop before an upload is taken. */
class TakingStopped extends Error {
  override name = 'TakingStopped';
}

/**
 * Makes a dataset of an upload whose completion is due, if there is one: its parts are read and checked as a direct upload is. Many servers
 * may do so at once; an upload of one that died is taken by another, or by the same, from its beginning.
 *
 * @param stop aborted when there is no time left: with a Problem, which the upload then has and is open again, or with anything else, and
 *   the upload is taken up by the next run
 */
export async function takeDatasetUpload(context: Context, stop: AbortSignal): Promise<void> {
  const upload = stop.aborted ? null : await claim(context);
  if (upload) await take(context, upload, stop);
}

/** For a server that has the database alone: whoever was completing an upload is gone. */
export async function releaseDatasetUploads({ db }: Context): Promise<void> {
  await db.update(datasetUploads).set({ leaseExpiresAt: null }).where(eq(datasetUploads.state, 'completing'));
}

/** The one that has waited longest, if any does. Whatever an attempt before has left of it is removed. */
async function claim(context: Context): Promise<DatasetUploadRow | null> {
  const { db, now } = context;
  const at = now();
  const isIdle = or(isNull(datasetUploads.leaseExpiresAt), lt(datasetUploads.leaseExpiresAt, at));
  const isDue = and(eq(datasetUploads.state, 'completing'), isIdle);
  const [any] = await db.select({ id: datasetUploads.id }).from(datasetUploads).where(isDue).limit(1);
  if (!any) return null; // without a transaction, since it is asked often and mostly in vain
  const claimed = await db.transaction(async (tx) => {
    const [due] = await tx
      .select()
      .from(datasetUploads)
      .where(isDue)
      .orderBy(asc(datasetUploads.id))
      .limit(1)
      .for('update', { skipLocked: true });
    if (!due) return null;
    const next = { attempt: due.attempt + 1, datasetId: newId('ds'), checkedBytes: 0, leaseExpiresAt: leaseFrom(at) };
    const [upload] = await tx.update(datasetUploads).set(next).where(eq(datasetUploads.id, due.id)).returning();
    return upload && { upload, before: due.datasetId };
  });
  if (!claimed) return null;
  if (claimed.before) await discardDataset(context, claimed.before);
  return claimed.upload;
}

const leaseFrom = (at: Date): Date => new Date(at.getTime() + LEASE_MS);

async function take(context: Context, upload: DatasetUploadRow, stop: AbortSignal): Promise<void> {
  const { db, now, log } = context;
  const { id, projectId, kind, name, format } = upload;
  const isMine = ofAttempt(upload);
  const progress = { checkedBytes: 0 };
  const lost = new AbortController();
  const beat = setInterval(() => {
    const alive = { ...progress, leaseExpiresAt: leaseFrom(now()) };
    db.update(datasetUploads)
      .set(alive)
      .where(isMine)
      .returning({ id: datasetUploads.id })
      .then(([mine]) => mine ?? lost.abort(new TakingStopped(`Upload ${id} was aborted, or is another server's.`)))
      .catch((err: unknown) => log.warn({ err, uploadId: id }, 'a lease was not renewed'));
  }, RENEWED_EVERY_MS);
  try {
    const content = readParts(context, upload, AbortSignal.any([stop, lost.signal]), progress);
    const keep: Keep<DatasetRow> = async (tx) => {
      const done = { state: 'completed', checkedBytes: upload.sizeBytes, error: null, leaseExpiresAt: null } as const;
      const [mine] = await tx
        .update(datasetUploads)
        .set({ ...done, expiresAt: keptUntil(now()) })
        .where(isMine)
        .returning({ id: datasetUploads.id });
      if (!mine) throw new TakingStopped(`Upload ${id} was aborted, or is another server's.`);
    };
    const made = upload.datasetId ?? newId('ds');
    await takeDataset(context, projectId, { kind, name, format, content }, null, keep, made);
    await discardParts(context, id);
  } catch (error) {
    await note(context, upload, error, stop);
  } finally {
    clearInterval(beat);
  }
}

/** As long as nobody has aborted the upload and no other attempt has begun. */
const ofAttempt = ({ id, attempt }: DatasetUploadRow) =>
  and(eq(datasetUploads.id, id), eq(datasetUploads.attempt, attempt), eq(datasetUploads.state, 'completing'));

/** What becomes of an upload that was not taken. */
async function note(context: Context, upload: DatasetUploadRow, error: unknown, stop: AbortSignal): Promise<void> {
  const { db, now, log } = context;
  const { id, attempt } = upload;
  const become = (change: Partial<DatasetUploadRow>) =>
    db
      .update(datasetUploads)
      .set({ leaseExpiresAt: null, ...change })
      .where(ofAttempt(upload))
      .returning({ id: datasetUploads.id });

  if (stop.aborted && stop.reason instanceof Problem) {
    await become({ state: 'open', error: errorOf(stop.reason) });
  } else if (error instanceof Problem) {
    const [failed] = await become({ state: 'failed', error: errorOf(error), expiresAt: keptUntil(now()) });
    if (failed) await discardParts(context, id);
  } else if (stop.aborted) {
    await become({ attempt: attempt - 1 }); // it is not the upload's fault
  } else if (error instanceof ArtifactStoreFull) {
    await become({ state: 'open', error: errorOf(storageFull) });
  } else if (!(error instanceof TakingStopped)) {
    log.error({ err: error, uploadId: id, attempt }, 'an upload was not taken');
    await become(attempt < MOST_ATTEMPTS ? { leaseExpiresAt: leaseFrom(now()) } : givenUp);
  }
}

const errorOf = ({ status, code, message: detail, errors }: Problem): UploadError => ({
  status,
  code,
  detail,
  ...(errors && { errors }),
});

const storageFull = new Problem(
  507,
  'storage_full',
  'The server has no room left for the rows. The parts are kept: make room, then complete the upload again.',
);

const givenUp = {
  state: 'open' as const,
  error: errorOf(
    new Problem(
      500,
      'completion_interrupted',
      `The completion was interrupted ${MOST_ATTEMPTS} times. The parts are kept: complete the upload again; the server's log says what stopped it.`,
    ),
  ),
};

async function* readParts(
  { artifacts }: Context,
  upload: DatasetUploadRow,
  stop: AbortSignal,
  progress: { checkedBytes: number },
): AsyncGenerator<Uint8Array> {
  for (let number = 1; number <= partCountOf(upload); number++) {
    const part = await readPart(() => artifacts.get(partKeyOf(upload.id, number)));
    const expected = sizeOfPart(upload, number);
    if (part.length !== expected) {
      const detail = `Part ${number} must have ${expected} bytes and has ${part.length}.`;
      throw new Problem(422, 'wrong_part_size', detail);
    }
    for (let at = 0; at < part.length; at += PIECE_BYTES) {
      stop.throwIfAborted();
      yield part.subarray(at, at + PIECE_BYTES);
    }
    progress.checkedBytes += part.length;
  }
}

/** A store far away breaks off now and then, which is no reason to begin with the first part again. */
async function readPart(read: () => Promise<Uint8Array>): Promise<Uint8Array> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      if (error instanceof ArtifactNotFound || tries === READ_TRIES) throw error;
      await setTimeout(READ_AGAIN_AFTER_MS * tries);
    }
  }
}
