import type { Laurel } from '@laurel/sdk';

/** What the demonstration leaves behind: two published endpoints, by id. */
export interface Endpoints {
  reward: string;
  policy: string;
}

/** Makes the model version live under the endpoint's name: its next version, or its first. Returns the endpoint's id. */
export async function publish(laurel: Laurel, name: string, modelVersion: string): Promise<string> {
  for await (const endpoint of laurel.endpoints.list()) {
    if (endpoint.name !== name) continue;
    const version = await laurel.endpoints.publish(endpoint.id, { model_version: modelVersion });
    console.log(`  ${name.padEnd(24)} version ${version.number} → ${endpoint.id}`);
    return endpoint.id;
  }
  const endpoint = await laurel.endpoints.create({ name, model_version: modelVersion });
  console.log(`  ${name.padEnd(24)} version 1 → ${endpoint.id}`);
  return endpoint.id;
}
