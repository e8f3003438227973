/** Segments begin with no dot, which also rules out `.` and `..` and keeps names with a dot for the store itself. */
const SEGMENT = /^[A-Za-z0-9_=+@-][A-Za-z0-9_=+@.-]{0,254}$/;
const MAX_KEY_LENGTH = 1024; // S3's limit

export class InvalidArtifactKey extends Error {
  override name = 'InvalidArtifactKey';
  readonly code = 'invalid_artifact_key';
  readonly key: string;

  constructor(key: string) {
    super(
      `${JSON.stringify(key)} is no artifact key: it takes segments of letters, digits and _=+@.- between single slashes, none beginning with a dot, ${MAX_KEY_LENGTH} characters in all.`,
    );
    this.key = key;
  }
}

/** What every store refuses alike: absolute keys, `..`, empty segments, NUL, and all that a file name may not hold. */
export function checkKey(key: string): void {
  if (key.length > MAX_KEY_LENGTH || !key.split('/').every((segment) => SEGMENT.test(segment))) {
    throw new InvalidArtifactKey(key);
  }
}

/** A prefix is the beginning of a key: whole segments, then none or a part of one. */
export function checkPrefix(prefix: string): void {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (prefix !== '') checkKey(prefix === folder ? folder.slice(0, -1) : prefix);
}
