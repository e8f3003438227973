import { newId, Problem } from '@laurel/contracts';
import { endpoints } from '@laurel/storage';
import type { Context } from '../../context.ts';
import type { Keep } from '../idempotent.ts';
import type { Caller } from '../keys/authenticate.ts';
import { addVersion } from './add-version.ts';
import { deploy } from './deploy.ts';
import type { EndpointRow } from './get-endpoint.ts';
import { kindFor, modelVersionToServe } from './model-version-to-serve.ts';
import { verifyGolden } from './verify-golden.ts';

/**
 * Makes an endpoint whose version 1 answers with a model version.
 *
 * @throws {Problem} 422 for an unknown model version, and as `verifyGolden`; 409 when the project has an endpoint of that name
 */
export async function createEndpoint(
  context: Context,
  { projectId, keyId }: Caller,
  { name, modelVersion }: { name: string; modelVersion: string },
  keep: Keep<EndpointRow>,
): Promise<EndpointRow> {
  const version = await modelVersionToServe(context, projectId, modelVersion);
  const golden = await verifyGolden(context, version);
  return context.db.transaction(async (tx) => {
    const [endpoint] = await tx
      .insert(endpoints)
      .values({ id: newId('ep'), projectId, name, kind: kindFor(version), liveVersion: 1 })
      .onConflictDoNothing()
      .returning();
    if (!endpoint) {
      throw new Problem(409, 'name_taken', `There is an endpoint "${name}"; publish a new version of it instead.`);
    }
    await addVersion(tx, endpoint, version.id, golden);
    await deploy(tx, endpoint.id, { cause: 'create', traffic: { live: 1, split: [], shadow: null }, keyId });
    await keep(tx, endpoint);
    return endpoint;
  });
}
