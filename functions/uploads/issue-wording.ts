import { z } from 'zod';

/** How what is said of a member that is not there begins; `describeIssue` tells it from one of a wrong type by this. */
export const REQUIRED = 'is required';

const UNITS: Record<string, [one: string, many: string]> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
  set: ['item', 'items'],
  map: ['entry', 'entries'],
};

const FORMATS: Record<string, string> = {
  datetime: 'a date and time in UTC such as 2026-02-03T04:05:06Z',
  date: 'a date such as 2026-02-03',
  url: 'a URL such as https://example.com/path',
  email: 'an email address',
  uuid: 'a UUID',
};

const NOUNS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

const noun = (type: string): string => NOUNS[type] ?? type;

/** What zod says of an issue whose schema has no message of its own: a fragment that says what would be taken. */
function wordIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `${REQUIRED}: ${noun(issue.expected)}`;
      if (Number.isNaN(issue.input)) return `must be ${noun(issue.expected)}`; // what was sent is lost: it was coerced
      return `must be ${noun(issue.expected)}, not ${noun(typeOf(issue.input))}`;
    case 'invalid_value':
      return `${issue.input === undefined ? `${REQUIRED}:` : 'must be'} ${choice(issue.values)}`;
    case 'too_small':
      return bounded(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum);
    case 'too_big':
      return bounded(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? `text of the form ${issue.pattern ?? issue.format}`}`;
    case 'invalid_union':
      if (issue.input === undefined) return REQUIRED;
      return Array.isArray(issue.options)
        ? `must be ${choice(issue.options)}`
        : 'has none of the forms that are taken here';
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'unrecognized_keys': // `describeIssue` words these
      return undefined;
  }
}

function bounded(origin: string, relation: string, bound: number | bigint): string {
  const units = UNITS[origin];
  if (!units) return `must be ${relation} ${bound}`;
  return `must have ${relation} ${bound} ${Number(bound) === 1 ? units[0] : units[1]}`;
}

function typeOf(input: unknown): string {
  if (input === null) return 'null';
  return Array.isArray(input) ? 'array' : typeof input;
}

function choice(values: readonly unknown[]): string {
  const shown = values.map((value) => (typeof value === 'string' ? JSON.stringify(value) : String(value))).join(', ');
  return values.length === 1 ? shown : `one of ${shown}`;
}

z.config({ localeError: wordIssue });
