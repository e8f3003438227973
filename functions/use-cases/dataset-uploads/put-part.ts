import { Problem } from '@laurel/contracts';
import { datasetUploads } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type DatasetUploadRow, partKeyOf, sizeOfPart } from './get-dataset-upload.ts';
import { isGranted, refuseUnlessOpen } from './part-urls.ts';

export interface SentPart {
  upload: string;
  number: number;
  /** Seconds since 1970, and what `partUrls` signed. */
  expires: number;
  signature: string;
  content: AsyncIterable<Uint8Array>;
}

/**
 * Keeps a part, in place of one of that number that came before; one that is cut leaves nothing.
 *
 * @throws {Problem} 403 unless its address was granted; 409 when the upload takes no parts any more; 422 for another number of bytes
 */
export async function putPart(context: Context, { content, ...part }: SentPart): Promise<void> {
  const { artifacts, now } = context;
  const upload = await findUpload(context, part.upload);
  if (!upload || !isGranted(upload, part, now())) {
    const detail = 'This address was not granted, or its hour is over; ask for another one at …/part-urls.';
    throw new Problem(403, 'not_granted', detail);
  }
  refuseUnlessOpen(upload);
  const key = partKeyOf(upload.id, part.number);
  await artifacts.put(key, exactly(content, sizeOfPart(upload, part.number)));
  const after = await findUpload(context, part.upload);
  if (after?.state === 'open' || after?.state === 'completing') return;
  await artifacts.delete(key); // the others went while this one came
  throw new Problem(409, 'upload_not_open', `Upload ${upload.id} has ended meanwhile; begin another one.`);
}

async function findUpload({ db }: Context, id: string): Promise<DatasetUploadRow | undefined> {
  const [upload] = await db.select().from(datasetUploads).where(eq(datasetUploads.id, id));
  return upload;
}

async function* exactly(content: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  const wrong = (found: string) =>
    new Problem(422, 'wrong_part_size', `This part must have ${sizeBytes} bytes, and has ${found}; send it again.`);
  let came = 0;
  for await (const chunk of content) {
    came += chunk.length;
    if (came > sizeBytes) throw wrong('more');
    yield chunk;
  }
  if (came < sizeBytes) throw wrong(String(came));
}
