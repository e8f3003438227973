/** Of PostgreSQL (appendix A of its manual): a byte that no text can have, an escape in JSON that no text can have. */
const CODES: readonly unknown[] = ['22021', '22P05'];
/** Half of a surrogate pair in JSON has the code of any input that cannot be read. */
const MALFORMED_JSON = 'invalid input syntax for type json';

/** Whether the database refused a text for a character that it cannot keep: U+0000, or half of a surrogate pair. */
export function isUnstorableText(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return CODES.includes(code) || error.message === MALFORMED_JSON || isUnstorableText(error.cause);
}
