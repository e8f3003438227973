import type { Context } from '../../context.ts';
import { quotaExceeded } from './check-quota.ts';
import { lockQuota } from './quota-use.ts';
import { storedBytes } from './stored-bytes.ts';

/** Lets bytes through that are to be stored, as long as the project's quota has room for them. @throws {Problem} 403 in the midst */
export async function* withinQuota(
  context: Context,
  projectId: string,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { stored_bytes: limit } = await lockQuota(context, projectId);
  if (limit === null) {
    yield* content;
    return;
  }
  const used = await storedBytes(context, projectId);
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.length;
    if (used + sizeBytes > limit) throw quotaExceeded(context, 'stored_bytes', used, limit);
    yield chunk;
  }
}
