import { TOKEN_MEASURES } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { ResolvedEndpoint } from '../endpoints/resolve-endpoint.ts';
import { quotaExceeded } from './check-quota.ts';

/**
 * Refuses to score and to generate when the tokens of the day are used up. How many a request takes is known when it is answered, so
 * those that are under way then may pass the limit.
 *
 * @throws {Problem} 429
 */
export function checkTokens(context: Context, projectId: string, { tokens }: ResolvedEndpoint): void {
  if (!tokens) return;
  const used = tokens.used + context.usage.pending(projectId, TOKEN_MEASURES);
  if (used >= tokens.limit) throw quotaExceeded(context, 'tokens_per_day', used, tokens.limit);
}
