import { expect, test } from 'vitest';
import { bearerOrPassword, bearerToken } from './bearer.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test('a token comes in a Bearer header', () => {
  expect(bearerToken('Bearer lk_abc')).toBe('lk_abc');
  expect(bearerOrPassword('bearer lk_abc')).toBe('lk_abc');
});

test('or as the password of an address, where that is taken', () => {
  expect(bearerOrPassword(basic('key:lk_abc-_'))).toBe('lk_abc-_');
  expect(() => bearerToken(basic('key:lk_abc'))).toThrow('Bearer <key>');
});

test.each([undefined, '', 'Basic', basic('lk_abc'), basic('key:'), basic('key:a b'), 'Basic ????', 'Digest x'])(
  '%s holds none',
  (header) => {
    expect(() => bearerOrPassword(header)).toThrow('Bearer <key>');
  },
);
