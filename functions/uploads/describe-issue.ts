import type { ProblemError } from '@laurel/contracts';
import type { z } from 'zod';
import { REQUIRED } from './issue-wording.ts';

/** RFC 6901. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
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
    const closest = issue.errors.toSorted((a, b) => distance(a) - distance(b))[0] ?? [];
    if (closest.length > 0) {
      return closest.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }));
    }
  }
  return [{ pointer: jsonPointer(issue.path), code: codeOf(issue), detail: issue.message }];
}

function codeOf({ code, message }: z.core.$ZodIssue): string {
  if (message.startsWith(REQUIRED)) return 'missing_field';
  if (code === 'custom') return 'broken_rule'; // one that JSON Schema cannot say, as between two members
  return code === 'invalid_union' ? 'invalid_value' : code;
}

/** How far a value is from one of the forms that it may have: another type is further than any number of wrong members. */
const distance = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0) ? Number.MAX_VALUE : issues.length;
