import type { ZodType } from 'zod';

const INCOMPLETE = 2;

/** The process's environment as the schema has it; what is missing is named on stderr, without any value, and the process ends. */
export function readEnvironment<T>(schema: ZodType<T>): T {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) console.error(`${path.join('.')}: ${message}`);
  process.exit(INCOMPLETE);
}
