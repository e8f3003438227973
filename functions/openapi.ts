import { OpenAPIHono } from '@hono/zod-openapi';
import { stringify } from 'yaml';
import type { App, AppEnv } from './http/app.ts';
import { describeHeaders } from './http/describe-headers.ts';
import { describeProblems } from './http/describe-problems.ts';
import { routes } from './routes/index.ts';
import { describeWebhooks } from './routes/webhook-endpoints/describe-webhooks.ts';
import { VERSION } from './version.ts';

let described: ReturnType<typeof describe> | undefined;

/** The OpenAPI 3.1 document of all routes. */
export function describeApi() {
  described ??= describe(); // takes a moment, and does not change
  return described;
}

function describe() {
  const app: App = new OpenAPIHono<AppEnv>();
  const bearer = { type: 'http', scheme: 'bearer' } as const;
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', bearer);
  app.openAPIRegistry.registerComponent('securitySchemes', 'workerToken', bearer);
  for (const register of routes) register(app);
  describeWebhooks(app);
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Laurel',
      version: VERSION,
      description: 'Reward scoring and fine-tuning from human feedback as a service.',
      license: { name: 'Apache-2.0' },
    },
  });
  return describeHeaders(describeProblems(document));
}

/** The text of `openapi.yaml` at the root of the project. */
export const openapiYaml = (): string =>
  `# Written from the routes by \`npm run openapi -w functions\`; not to be edited.\n${stringify(describeApi(), { lineWidth: 120, aliasDuplicateObjects: false })}`;
