import { newId, type Traffic } from '@laurel/contracts';
import { type Database, endpointDeployments, endpoints } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import { announce } from '../webhooks/announce.ts';
import type { EndpointRow } from './get-endpoint.ts';

export type DeploymentRow = typeof endpointDeployments.$inferSelect;

/** Why the traffic of an endpoint changes, and who wants it. */
export interface Deployment {
  cause: DeploymentRow['cause'];
  traffic: Traffic;
  keyId: string;
  restores?: string;
}

/** Has an endpoint answered as a deployment says, from now on, keeps a record of it and tells it. Within a transaction. */
export async function deploy(
  tx: Database,
  endpointId: string,
  { cause, traffic, keyId, restores }: Deployment,
): Promise<DeploymentRow> {
  const answering = { liveVersion: traffic.live, split: traffic.split, shadowVersion: traffic.shadow };
  const [endpoint] = await tx.update(endpoints).set(answering).where(eq(endpoints.id, endpointId)).returning();
  const [deployment] = await tx
    .insert(endpointDeployments)
    .values({ id: newId('dep'), endpointId, cause, keyId, restores: restores ?? null, ...answering })
    .returning();
  await announceDeployment(tx, endpoint as EndpointRow, deployment as DeploymentRow);
  return deployment as DeploymentRow;
}

function announceDeployment(
  tx: Database,
  { id, projectId, name }: EndpointRow,
  deployment: DeploymentRow,
): Promise<void> {
  const { liveVersion: live_version, split, shadowVersion: shadow_version, createdAt } = deployment;
  const data = { endpoint: id, name, deployment: deployment.id, live_version, split, shadow_version };
  return announce(tx, projectId, [{ type: 'endpoint.deployed', timestamp: createdAt.toISOString(), data }], createdAt);
}
