import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, so that a plain SHA-256 is enough to keep it by. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hexadecimal. */
export const sha256 = (content: string | Uint8Array): string => hash('sha256', content);

/** Compares two SHA-256 values in constant time. */
export const sameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
