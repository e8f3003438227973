import { type GoldenCheck, newId } from '@laurel/contracts';
import { type Database, endpointVersions } from '@laurel/storage';
import { eq, max } from 'drizzle-orm';
import type { EndpointRow } from './get-endpoint.ts';

export type EndpointVersionRow = typeof endpointVersions.$inferSelect;

/** The endpoint's next version, which nobody is answered by yet. Within a transaction that has locked the endpoint. */
export async function addVersion(
  tx: Database,
  { id: endpointId }: EndpointRow,
  modelVersionId: string,
  golden: GoldenCheck,
): Promise<EndpointVersionRow> {
  const [last] = await tx
    .select({ number: max(endpointVersions.number) })
    .from(endpointVersions)
    .where(eq(endpointVersions.endpointId, endpointId));
  const [version] = await tx
    .insert(endpointVersions)
    .values({ id: newId('epv'), endpointId, number: (last?.number ?? 0) + 1, modelVersionId, golden })
    .returning();
  return version as EndpointVersionRow;
}
