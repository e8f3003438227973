import { Problem, type ServedModel } from '@laurel/contracts';
import { endpointVersions, modelVersions } from '@laurel/storage';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type EndpointRow, getEndpoint } from './get-endpoint.ts';

/** What answers for an endpoint now. */
export interface Live {
  endpointVersion: number;
  modelVersionId: string;
  model: ServedModel;
}

/** @throws {Problem} 404; 409 when the endpoint is there for something else, or has no live version */
export async function resolveLive(
  { db }: Context,
  projectId: string,
  id: string,
  kind: EndpointRow['kind'],
): Promise<Live> {
  const endpoint = await getEndpoint({ db }, projectId, id);
  if (endpoint.kind !== kind) {
    throw new Problem(
      409,
      'wrong_endpoint_kind',
      `Endpoint "${endpoint.name}" is there to ${endpoint.kind}, not to ${kind}.`,
    );
  }
  const [live] = await db
    .select({ prefix: modelVersions.artifactPrefix, sha256: modelVersions.manifestSha256, id: modelVersions.id })
    .from(endpointVersions)
    .innerJoin(modelVersions, eq(modelVersions.id, endpointVersions.modelVersionId))
    .where(and(eq(endpointVersions.endpointId, id), eq(endpointVersions.number, endpoint.liveVersion ?? 0)));
  if (!live) throw new Problem(409, 'no_live_version', `Endpoint "${endpoint.name}" has no live version; publish one.`);
  return {
    endpointVersion: endpoint.liveVersion ?? 0,
    modelVersionId: live.id,
    model: { prefix: live.prefix, manifest_sha256: live.sha256 },
  };
}
