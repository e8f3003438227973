import { Problem } from '@laurel/contracts';

/** The token of an `Authorization: Bearer …` header (RFC 6750). @throws {Problem} 401 */
export function bearerToken(header: string | undefined): string {
  const token = /^Bearer (\S{1,256})$/i.exec(header ?? '')?.[1];
  if (!token) throw new Problem(401, 'unauthenticated', 'Send the header "Authorization: Bearer <key>".');
  return token;
}

/**
 * The same, or the password of a `Basic` header (RFC 7617), which is what a client that can be given nothing but an address makes of
 * `http://key:lk_…@host`. @throws {Problem} 401
 */
export function bearerOrPassword(header: string | undefined): string {
  const encoded = /^Basic ([\w+/=-]{1,512})$/i.exec(header ?? '')?.[1];
  const password = encoded && /:(\S{1,256})$/.exec(Buffer.from(encoded, 'base64').toString('utf8'))?.[1];
  return password || bearerToken(header);
}
