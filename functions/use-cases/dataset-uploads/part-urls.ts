import { createHmac } from 'node:crypto';
import { Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { sameHash } from '../secrets.ts';
import { type DatasetUploadRow, partCountOf, partKeyOf, sizeOfPart } from './get-dataset-upload.ts';

const LONGEST_MS = 60 * 60 * 1000;

/** Where a part is to be put, by whoever has this. */
export interface PartUrl {
  number: number;
  sizeBytes: number;
  /** Of the artifact store; or a path of this API, where it takes the part itself. */
  url: string;
  expiresAt: Date;
}

/** Grants that parts are put, for an hour. @throws {Problem} 409 when the upload takes none any more; 422 for a number that it does not have */
export async function partUrls(
  { artifacts, now }: Context,
  upload: DatasetUploadRow,
  numbers: readonly number[],
): Promise<PartUrl[]> {
  refuseUnlessOpen(upload);
  const wrong = numbers.find((number) => number > partCountOf(upload));
  if (wrong !== undefined) {
    const detail = `Upload ${upload.id} has the parts 1 to ${partCountOf(upload)}, and no part ${wrong}.`;
    throw new Problem(422, 'no_such_part', detail);
  }
  const expiresAt = new Date(Math.min(now().getTime() + LONGEST_MS, upload.expiresAt.getTime()));
  return Promise.all(
    numbers.map(async (number) => {
      const sizeBytes = sizeOfPart(upload, number);
      const url = await artifacts.putUrl(partKeyOf(upload.id, number), { sizeBytes, expiresAt });
      return { number, sizeBytes, url: url ?? ownUrl(upload, number, expiresAt), expiresAt };
    }),
  );
}

/** @throws {Problem} 409 */
export function refuseUnlessOpen({ id, state }: DatasetUploadRow): void {
  if (state === 'open') return;
  throw new Problem(409, 'upload_not_open', `Upload ${id} is ${state}, so it takes no parts; begin another one.`);
}

function ownUrl(upload: DatasetUploadRow, number: number, expiresAt: Date): string {
  const expires = Math.ceil(expiresAt.getTime() / 1000);
  return `/v1/dataset-uploads/${upload.id}/parts/${number}?expires=${expires}&signature=${sign(upload, number, expires)}`;
}

/** Whether `ownUrl` made the address, and it has not expired. @param expires in seconds since 1970 */
export const isGranted = (
  upload: DatasetUploadRow,
  { number, expires, signature }: { number: number; expires: number; signature: string },
  now: Date,
): boolean => sameHash(signature, sign(upload, number, expires)) && now.getTime() < expires * 1000;

const sign = ({ secret, id }: DatasetUploadRow, number: number, expires: number): string =>
  createHmac('sha256', secret).update(`${id} ${number} ${expires}`).digest('hex');
