import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

const get = (path: string) => api.call('GET', path, { key: '' });

test('the reference is a page of which every part comes from here, and nothing is inline', async () => {
  const page = await get('/docs');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const html = await page.text();
  const parts = [...html.matchAll(/(?:src|href)="(.+?)"/g)].map(([, url]) => url ?? '');
  expect(parts).toEqual(['data:,', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/begin.js']);
  expect(html).not.toMatch(/<script>|<style|style="|\son\w+="/);
  for (const part of parts.slice(1)) {
    const { status, headers } = await get(part);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/(css|javascript);/);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
  }
});

test.each(['/docs/package.json', '/docs/../package.json', '/docs/swagger-ui.js', '/docs/'])(
  '%s is not there',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);
