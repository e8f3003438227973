import { newId, Problem } from '@laurel/contracts';
import { endpoints } from '@laurel/storage';
import type { Context } from '../../context.ts';
import type { EndpointRow } from './get-endpoint.ts';
import { kindFor, modelVersionToServe } from './model-version-to-serve.ts';
import { publish } from './publish-version.ts';

/**
 * Makes an endpoint whose version 1 answers with a model version.
 *
 * @throws {Problem} 422 for an unknown model version; 409 when the project has an endpoint of that name
 */
export async function createEndpoint(
  context: Context,
  projectId: string,
  { name, modelVersion }: { name: string; modelVersion: string },
): Promise<EndpointRow> {
  const version = await modelVersionToServe(context, projectId, modelVersion);
  return context.db.transaction(async (tx) => {
    const [endpoint] = await tx
      .insert(endpoints)
      .values({ id: newId('ep'), projectId, name, kind: kindFor(version) })
      .onConflictDoNothing()
      .returning();
    if (!endpoint) {
      throw new Problem(409, 'name_taken', `There is an endpoint "${name}"; publish a new version of it instead.`);
    }
    await publish(tx, endpoint, version.id);
    return { ...endpoint, liveVersion: 1 };
  });
}
