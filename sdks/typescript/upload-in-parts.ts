import { apiErrorWithin } from './errors.ts';
import { patiently } from './patiently.ts';
import type { CallOptions, Transport } from './transport.ts';
import type { Answer, Body } from './types.ts';

/** What is larger is sent in parts: AWS takes no more in one request. */
export const LARGEST_DIRECT_BYTES = 4 * 2 ** 20;

const AT_ONCE = 4;
/** Addresses are good for an hour, so few are fetched at a time. */
const URLS_AT_ONCE = 16;
const RETRIES = 5;
const WAIT_SECONDS = 20;

type DatasetUpload = Answer<'datasetUploads.get'>;
type Part = Answer<'datasetUploads.partUrls'>['data'][number];
export type UploadDescription = Omit<Body<'datasetUploads.create'>, 'size_bytes'>;

/**
 * Sends a file in parts, four at a time and each again where it fails, and waits until its rows are checked.
 *
 * @returns the dataset's id
 * @throws {ApiError} as a direct upload; whatever fails, the parts are removed
 */
export async function uploadInParts(
  transport: Transport,
  description: UploadDescription,
  content: Blob,
  options: CallOptions,
): Promise<string> {
  const json = { ...description, size_bytes: content.size };
  const { id, part_size_bytes: partBytes } = await transport.json<Answer<'datasetUploads.create'>>(
    '/v1/dataset-uploads',
    {
      method: 'POST',
      json,
      ...options,
    },
  );
  const path = `/v1/dataset-uploads/${id}`;
  try {
    await sendParts(transport, path, (number) => content.slice((number - 1) * partBytes, number * partBytes), options);
    await transport.json(`${path}/complete`, { method: 'POST', ...options });
    return await whenCompleted(transport, path, options);
  } catch (error) {
    await transport.send(path, { method: 'DELETE' }).catch(() => {}); // it expires by itself
    throw error;
  }
}

async function sendParts(
  transport: Transport,
  path: string,
  contentOf: (number: number) => Blob,
  options: CallOptions,
): Promise<void> {
  for (let after = 0, hasMore = true; hasMore; ) {
    const page: Answer<'datasetUploads.partUrls'> = await transport.json(`${path}/part-urls`, {
      query: { after, limit: URLS_AT_ONCE },
      ...options,
    });
    const waiting = [...page.data];
    const send = async () => {
      for (let part = waiting.shift(); part; part = waiting.shift()) {
        await sendPart(transport, part, contentOf(part.number), options).catch((error: unknown) => {
          waiting.length = 0; // the others end with what they are at
          throw error;
        });
      }
    };
    await settled(Array.from({ length: AT_ONCE }, send));
    after = page.data.at(-1)?.number ?? after;
    hasMore = page.has_more;
  }
}

async function sendPart(transport: Transport, { url }: Part, body: Blob, options: CallOptions): Promise<void> {
  await transport.send(url, { method: 'PUT', body, isGranted: true, retries: RETRIES, ...options });
}

/** When all have ended, so that nothing is sent any more; then the first error, if there is one. */
async function settled(sending: Promise<void>[]): Promise<void> {
  await Promise.allSettled(sending);
  await Promise.all(sending);
}

async function whenCompleted(transport: Transport, path: string, options: CallOptions): Promise<string> {
  const headers = { prefer: `wait=${WAIT_SECONDS}` };
  for (;;) {
    const upload = await patiently(() => transport.json<DatasetUpload>(path, { headers, ...options }), options.signal);
    if (upload.dataset !== null) return upload.dataset;
    if (upload.error) throw apiErrorWithin(upload.error);
    if (upload.state === 'completing') continue;
    const detail = `The upload ${upload.id} is ${upload.state}: somebody else has ended it.`;
    throw apiErrorWithin({ status: 409, code: 'upload_ended', detail });
  }
}
