import { Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Expectation } from '../expectation.ts';
import type { Keep } from '../idempotent.ts';
import type { Caller } from '../keys/authenticate.ts';
import { addVersion, type EndpointVersionRow } from './add-version.ts';
import { deploy } from './deploy.ts';
import { type EndpointRow, getEndpoint, lockEndpoint } from './get-endpoint.ts';
import { kindFor, modelVersionToServe } from './model-version-to-serve.ts';
import { verifyGolden } from './verify-golden.ts';

/**
 * Adds a version to an endpoint and has it answer all requests, unless it is to wait for its share of them.
 *
 * @throws {Problem} 404; 422 for an unknown model version or one of a kind that the endpoint cannot answer with, and as `verifyGolden`
 */
export async function publishVersion(
  context: Context,
  { projectId, keyId }: Caller,
  { endpoint: endpointId, modelVersion, isLive }: { endpoint: string; modelVersion: string; isLive: boolean },
  keep: Keep<EndpointVersionRow>,
  expect: Expectation<EndpointRow>,
): Promise<EndpointVersionRow> {
  const { name, kind } = await getEndpoint(context, projectId, endpointId);
  const version = await modelVersionToServe(context, projectId, modelVersion);
  if (kindFor(version) !== kind) {
    const detail = `Endpoint "${name}" is there to ${kind}, which a ${version.kind} cannot.`;
    throw new Problem(422, 'invalid_inputs', detail, {
      errors: [{ pointer: '/model_version', code: 'wrong_kind', detail }],
    });
  }
  const golden = await verifyGolden(context, version);
  return context.db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, projectId, endpointId);
    expect(endpoint);
    const added = await addVersion(tx, endpoint, version.id, golden);
    const traffic = { live: added.number, split: [], shadow: endpoint.shadowVersion };
    if (isLive) await deploy(tx, endpoint.id, { cause: 'publish', traffic, keyId });
    await keep(tx, added);
    return added;
  });
}
