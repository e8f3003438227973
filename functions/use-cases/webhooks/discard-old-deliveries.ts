import { webhookDeliveries } from '@laurel/storage';
import { lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';

const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Forgets what was to be told more than a week ago, whatever came of it. */
export async function discardOldDeliveries({ db, now }: Context): Promise<void> {
  await db.delete(webhookDeliveries).where(lt(webhookDeliveries.queuedAt, new Date(now().getTime() - KEPT_MS)));
}
