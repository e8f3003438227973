import { newId, Problem } from '@laurel/contracts';
import { type Database, endpoints, endpointVersions } from '@laurel/storage';
import { eq, max } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type EndpointRow, getEndpoint } from './get-endpoint.ts';
import { kindFor, modelVersionToServe } from './model-version-to-serve.ts';

export type EndpointVersionRow = typeof endpointVersions.$inferSelect;

/**
 * Adds a version to an endpoint and makes it live.
 *
 * @throws {Problem} 404; 422 for an unknown model version or one of a kind that the endpoint cannot answer with
 */
export async function publishVersion(
  context: Context,
  projectId: string,
  endpointId: string,
  modelVersion: string,
): Promise<EndpointVersionRow> {
  const endpoint = await getEndpoint(context, projectId, endpointId);
  const version = await modelVersionToServe(context, projectId, modelVersion);
  if (kindFor(version) !== endpoint.kind) {
    const detail = `Endpoint "${endpoint.name}" is there to ${endpoint.kind}, which a ${version.kind} cannot.`;
    throw new Problem(422, 'invalid_inputs', detail, {
      errors: [{ pointer: '/model_version', code: 'wrong_kind', detail }],
    });
  }
  return context.db.transaction((tx) => publish(tx, endpoint, version.id));
}

/** The endpoint's next version, live. Within a transaction. */
export async function publish(
  tx: Database,
  endpoint: EndpointRow,
  modelVersionId: string,
): Promise<EndpointVersionRow> {
  const own = eq(endpoints.id, endpoint.id);
  await tx.select({ id: endpoints.id }).from(endpoints).where(own).for('update');
  const [last] = await tx
    .select({ number: max(endpointVersions.number) })
    .from(endpointVersions)
    .where(eq(endpointVersions.endpointId, endpoint.id));
  const number = (last?.number ?? 0) + 1;
  const [version] = await tx
    .insert(endpointVersions)
    .values({ id: newId('epv'), endpointId: endpoint.id, number, modelVersionId })
    .returning();
  await tx.update(endpoints).set({ liveVersion: number }).where(own);
  return version as EndpointVersionRow;
}
