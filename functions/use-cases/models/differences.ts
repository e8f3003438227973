import { isDeepStrictEqual } from 'node:util';
import { jsonPointer } from '../../uploads/describe-issue.ts';

/** A member of which two JSON objects have different values; undefined where one does not have it. */
export interface Difference {
  /** RFC 6901. */
  pointer: string;
  first: unknown;
  second: unknown;
}

/** Deeper objects are compared as they are. */
const MAX_DEPTH = 16;

/** What differs between two JSON values, member by member; arrays differ as wholes. */
export function differencesOf(first: unknown, second: unknown, path: readonly string[] = []): Difference[] {
  if (path.length < MAX_DEPTH && isObject(first) && isObject(second)) {
    const names = [...new Set([...Object.keys(first), ...Object.keys(second)])].toSorted();
    return names.flatMap((name) => differencesOf(own(first, name), own(second, name), [...path, name]));
  }
  return isDeepStrictEqual(first, second) ? [] : [{ pointer: jsonPointer(path), first, second }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (object: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;
