import { Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { getProject } from '../projects/get-project.ts';
import type { Caller } from './authenticate.ts';
import { checkGrant, type Grant } from './check-grant.ts';
import { createKey, type KeyRow } from './create-key.ts';

/**
 * Makes a key for the caller's project, or for another one of the organisation.
 *
 * @throws {Problem} 403 for more than the caller has; 404 for a project that it does not reach; 422 for an end in the past
 */
export async function grantKey(
  context: Context,
  caller: Caller,
  { project = caller.projectId, ...wanted }: Grant & { name: string; project?: string | undefined },
): Promise<{ key: KeyRow; secret: string }> {
  checkGrant(caller, wanted);
  checkExpiry(context, wanted.expiresAt);
  const { id } = await getProject(context, caller, project);
  return createKey(context, id, wanted);
}

/** @throws {Problem} 422 */
export function checkExpiry({ now }: Pick<Context, 'now'>, expiresAt: Date | null): void {
  if (!expiresAt || expiresAt > now()) return;
  const detail = 'must be later than now; to end a key, revoke it';
  const errors = [{ pointer: '/expires_at', code: 'already_over', detail }];
  throw new Problem(422, 'invalid_request', `The body is not as it should be at /expires_at: ${detail}.`, { errors });
}
