import { Problem } from '@laurel/contracts';

/** The token of an `Authorization: Bearer …` header (RFC 6750). @throws {Problem} 401 */
export function bearerToken(header: string | undefined): string {
  const token = /^Bearer (\S{1,256})$/i.exec(header ?? '')?.[1];
  if (!token) throw new Problem(401, 'unauthenticated', 'Send the header "Authorization: Bearer <key>".');
  return token;
}
