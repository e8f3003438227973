import type { Database, datasets } from '@laurel/storage';
import { announce } from '../webhooks/announce.ts';

/** Tells that a dataset can be used from now on. Within the transaction that makes it ready. */
export function announceDataset(
  tx: Database,
  { id, projectId, kind, name, rows }: typeof datasets.$inferSelect,
  at: Date,
): Promise<void> {
  const data = { dataset: id, kind, name, rows: rows ?? 0 };
  return announce(tx, projectId, [{ type: 'dataset.ready', timestamp: at.toISOString(), data }], at);
}
