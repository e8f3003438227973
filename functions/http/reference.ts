import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MiddlewareHandler } from 'hono';
import type { App } from './app.ts';

const HOUR_SECONDS = 60 * 60;

/** Everything comes from here, nothing is written into the page, and the page asks nobody but this API. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:", // icons within the stylesheet
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Laurel: API reference</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/begin.js"></script>
  </body>
</html>
`;

const BEGIN = `SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  filter: true,
  validatorUrl: null,
});
`;

/** Where Lambda's bundle has Swagger UI's files; elsewhere they are in its package. */
const beside = fileURLToPath(new URL('swagger-ui', import.meta.url));

const assetsFolder = (): string =>
  existsSync(beside) ? beside : dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));

const answer =
  (type: string, read: () => string | Promise<string>): MiddlewareHandler =>
  async (c) =>
    c.body(await read(), 200, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': POLICY,
      'cache-control': `public, max-age=${HOUR_SECONDS}`,
    });

const asset = (name: string) => () => readFile(join(assetsFolder(), name), 'utf8');

/** The API reference for people at `/docs`: the OpenAPI document in Swagger UI, without anything from elsewhere. */
export function serveReference(app: App): void {
  app.get(
    '/docs',
    answer('text/html', () => PAGE),
  );
  app.get(
    '/docs/begin.js',
    answer('text/javascript', () => BEGIN),
  );
  app.get('/docs/swagger-ui.css', answer('text/css', asset('swagger-ui.css')));
  app.get('/docs/swagger-ui-bundle.js', answer('text/javascript', asset('swagger-ui-bundle.js')));
}
