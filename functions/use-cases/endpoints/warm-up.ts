import { endpointVersions, modelVersions } from '@laurel/storage';
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { getEndpoint } from './get-endpoint.ts';

export interface WarmVersion {
  endpointVersion: number;
  modelVersionId: string;
  /** Until it was in memory; about none for one that was there. */
  seconds: number;
}

/** Has all versions that answer for an endpoint in the engine's memory. @throws {Problem} 404, and what the engine objects to */
export async function warmUp(context: Context, projectId: string, idOrName: string): Promise<WarmVersion[]> {
  const { id, liveVersion, split, shadowVersion } = await getEndpoint(context, projectId, idOrName);
  const numbers = [
    liveVersion,
    ...split.map(({ version }) => version),
    ...(shadowVersion === null ? [] : [shadowVersion]),
  ];
  const versions = await context.db
    .select({ number: endpointVersions.number, modelVersion: modelVersions })
    .from(endpointVersions)
    .innerJoin(modelVersions, eq(modelVersions.id, endpointVersions.modelVersionId))
    .where(and(eq(endpointVersions.endpointId, id), inArray(endpointVersions.number, numbers)))
    .orderBy(asc(endpointVersions.number));
  const warm: WarmVersion[] = [];
  for (const { number, modelVersion } of versions) {
    const { artifactPrefix: prefix, manifestSha256: manifest_sha256 } = modelVersion;
    const beginMs = performance.now();
    await context.serving.load({ prefix, manifest_sha256 });
    const seconds = Number(((performance.now() - beginMs) / 1000).toFixed(3));
    warm.push({ endpointVersion: number, modelVersionId: modelVersion.id, seconds });
  }
  return warm;
}
