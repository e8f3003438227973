import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { exampleIds } from '../../http/example-ids.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { givenTime, json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { grantKey } from '../../use-cases/keys/grant-key.ts';
import { ROLES, role, scope } from '../../use-cases/keys/scopes.ts';
import { createdKeySchema, keyName, presentKey } from './key-schema.ts';

const body = z
  .strictObject({
    name: keyName,
    scopes: z.array(scope).min(1).max(scope.options.length).optional(),
    role: role.optional(),
    /** For another project of the organisation, by a key of the organisation. */
    project: z.string().max(64).optional(),
    expires_at: givenTime.optional(),
  })
  .refine(({ scopes, role }) => (scopes === undefined) !== (role === undefined), {
    path: ['scopes'],
    message: 'must be there or else role, one of the two',
  });

const roles = Object.entries(ROLES).map(([name, scopes]) => `\`${name}\` (${scopes.join(', ')})`);

const route = createRoute({
  method: 'post',
  path: '/v1/keys',
  operationId: 'keys.create',
  tags: ['keys'],
  summary: 'Make an API key; its secret is shown this once',
  description:
    `With \`scopes\` or with a role: ${roles.join(', ')}. \`admin\` is all there is within the project, \`organisation:admin\` within all ` +
    'projects of the organisation. A key gives no more than it has: no scope that it lacks, and none for longer than itself.',
  ...secured('admin'),
  request: {
    headers: idempotencyKey,
    body: jsonBody(body, { 'for a server that scores': { name: 'ranking', scopes: ['score'] } }),
  },
  responses: {
    201: json(createdKeySchema, 'The key and its secret.', {
      'for a server that scores': {
        id: exampleIds.key,
        project: 'proj_01k7rz2x8c8w3x9y5t6q1c0hea',
        name: 'ranking',
        prefix: 'lk_TL70LCx',
        scopes: ['score'],
        created_at: '2026-10-17T09:20:02.101Z',
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
        previous_secret_expires_at: null,
        secret: 'lk_TL70LCx…',
      },
    }),
    404: problem('There is no such project in the organisation.'),
  },
});

export const registerCreateKey = (app: App) =>
  app.openapi(route, async (c) => {
    const asked = c.req.valid('json');
    const { name, scopes, role: named, project, expires_at } = asked;
    const granted = scopes ?? (named ? ROLES[named] : []);
    const expiresAt = expires_at ? new Date(expires_at) : null;
    const made = await once(c, JSON.stringify(asked), async (within) => {
      const wanted = { name, scopes: granted, expiresAt, project };
      const { key, secret } = await grantKey(within, c.get('caller'), wanted);
      return { ...presentKey(key), secret };
    });
    return c.json(made, 201, { location: `/v1/keys/${made.id}` });
  });
