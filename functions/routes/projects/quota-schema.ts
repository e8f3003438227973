import { z } from '@hono/zod-openapi';
import { QUOTA_UNITS, type QuotaMeasure } from '@laurel/contracts';
import type { QuotaUse } from '../../use-cases/quotas/get-quota.ts';

const use = <Unit extends string>(unit: Unit) =>
  z.object({ used: z.number(), limit: z.number().nullable(), unit: z.literal(unit) });

export const quotaUseSchema = z
  .object({
    stored_bytes: use(QUOTA_UNITS.stored_bytes),
    live_jobs: use(QUOTA_UNITS.live_jobs),
    jobs_per_day: use(QUOTA_UNITS.jobs_per_day),
    tokens_per_day: use(QUOTA_UNITS.tokens_per_day),
  })
  .openapi('QuotaUse');

export function presentQuota(uses: QuotaUse): z.input<typeof quotaUseSchema> {
  const present = <M extends QuotaMeasure>(measure: M) => ({ ...uses[measure], unit: QUOTA_UNITS[measure] });
  return {
    stored_bytes: present('stored_bytes'),
    live_jobs: present('live_jobs'),
    jobs_per_day: present('jobs_per_day'),
    tokens_per_day: present('tokens_per_day'),
  };
}
