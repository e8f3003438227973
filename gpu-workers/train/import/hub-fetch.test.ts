import { afterEach, describe, expect, test, vi } from 'vitest';
import { hubFetch } from './hub-fetch.ts';

/** The addresses and tokens that are asked for, on a network that is not there. */
function answering(locations: Record<string, string>) {
  const asked: [string, string | null][] = [];
  vi.stubGlobal('fetch', async (url: URL, { headers }: { headers: Headers }) => {
    asked.push([url.href, headers.get('authorization')]);
    const location = locations[url.href];
    return location === undefined ? new Response('file') : new Response(null, { status: 302, headers: { location } });
  });
  return asked;
}
afterEach(() => {
  vi.unstubAllGlobals();
});

const HUB = 'https://hub.invalid';
const ask = (url: string) => hubFetch(HUB, 'hf_secret')(url);

describe('the token', () => {
  test('stays with the hub when it redirects to another host', async () => {
    const asked = answering({ [`${HUB}/file`]: 'https://storage.invalid/file?signature=1' });
    expect(await (await ask(`${HUB}/file`)).text()).toBe('file');
    expect(asked).toEqual([
      [`${HUB}/file`, 'Bearer hf_secret'],
      ['https://storage.invalid/file?signature=1', null],
    ]);
  });

  test('is not sent to a page that the hub places elsewhere, even where a caller adds it', async () => {
    const asked = answering({});
    await hubFetch(HUB, 'hf_secret')('https://other.invalid/page', { headers: { authorization: 'Bearer hf_secret' } });
    expect(asked).toEqual([['https://other.invalid/page', null]]);
  });
});

test.each([
  ['http://storage.invalid/file', /https only/],
  ['https://127.0.0.1/file', /private network/],
  ['https://[::1]/file', /private network/],
  ['https://[::ffff:10.0.0.1]/file', /private network/],
  ['https://169.254.169.254/latest/meta-data', /private network/],
  ['https://localhost/file', /private network/],
  ['file:///etc/passwd', /https only/],
])('a redirect to %s is refused', async (location, message) => {
  const asked = answering({ [`${HUB}/file`]: location });
  await expect(ask(`${HUB}/file`)).rejects.toThrow(message);
  expect(asked).toHaveLength(1);
});

test('a circle of redirects ends', async () => {
  answering({ [`${HUB}/a`]: '/a' });
  await expect(ask(`${HUB}/a`)).rejects.toThrow(/redirects more than/);
});
