import { newId, type Traffic } from '@laurel/contracts';
import { type Database, endpointDeployments, endpoints } from '@laurel/storage';
import { eq } from 'drizzle-orm';

export type DeploymentRow = typeof endpointDeployments.$inferSelect;

/** Why the traffic of an endpoint changes, and who wants it. */
export interface Deployment {
  cause: DeploymentRow['cause'];
  traffic: Traffic;
  keyId: string;
  restores?: string;
}

/** Has an endpoint answered as a deployment says, from now on, and keeps a record of it. Within a transaction. */
export async function deploy(
  tx: Database,
  endpointId: string,
  { cause, traffic, keyId, restores }: Deployment,
): Promise<DeploymentRow> {
  const answering = { liveVersion: traffic.live, split: traffic.split, shadowVersion: traffic.shadow };
  await tx.update(endpoints).set(answering).where(eq(endpoints.id, endpointId));
  const [deployment] = await tx
    .insert(endpointDeployments)
    .values({ id: newId('dep'), endpointId, cause, keyId, restores: restores ?? null, ...answering })
    .returning();
  return deployment as DeploymentRow;
}
