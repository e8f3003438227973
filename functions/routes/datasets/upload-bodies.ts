const bytes = { schema: { type: 'string', format: 'binary' } } as const;
const PROPERTIES = {
  kind: { type: 'string' },
  name: { type: 'string' },
  file: { type: 'string', format: 'binary' },
} as const;

/** The bodies that rows are taken in, as gzip or zstd as well; a form has these parts. An example is of JSON Lines. */
export const uploadBodies = (parts: (keyof typeof PROPERTIES)[], example?: string) => ({
  required: true,
  content: {
    'application/x-ndjson': { ...bytes, ...(example && { example }) },
    'application/json': bytes,
    'text/csv': bytes,
    'text/plain': bytes,
    'multipart/form-data': {
      schema: {
        type: 'object' as const,
        required: [...parts],
        properties: Object.fromEntries(parts.map((part) => [part, PROPERTIES[part]])),
      },
    },
  },
});
