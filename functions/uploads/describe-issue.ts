import type { ProblemError } from '@laurel/contracts';
import type { z } from 'zod';

/** RFC 6901. */
const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What a schema objects to, one error for each member at fault. */
export function describeIssue(issue: z.core.$ZodIssue): ProblemError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: jsonPointer([...issue.path, key]),
      code: 'unknown_field',
      detail: `There is no field "${key}" here; check its spelling or leave it out.`,
    }));
  }
  if (issue.code === 'invalid_union') {
    const closest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    if (closest.length > 0) {
      return closest.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }));
    }
  }
  const code = issue.code === 'custom' ? 'invalid_value' : issue.code;
  return [{ pointer: jsonPointer(issue.path), code, detail: issue.message }];
}
