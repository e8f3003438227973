import { newSecret, sha256 } from '../secrets.ts';

const SHOWN_CHARACTERS = 10;

/** A new secret of a key, and what is kept of it. */
export function newKeySecret(): { secret: string; kept: { secretHash: string; prefix: string } } {
  const secret = `lk_${newSecret()}`;
  return { secret, kept: { secretHash: sha256(secret), prefix: secret.slice(0, SHOWN_CHARACTERS) } };
}
