import { expect, test } from 'vitest';
import { describeApi } from '../../functions/openapi.ts';
import { configurationOf } from './configuration.ts';

test('of every operation it is known what ids it takes', () => {
  const document = describeApi() as unknown as Parameters<typeof configurationOf>[0];
  const configuration = configurationOf(document, { versions: ['mv_1'] });
  expect(configuration).toContain('[dictionaries.versions]\nvalues = ["mv_1"]');
  expect(configuration).toContain(
    'include-operation-id = "modelVersions.get"\nparameters."path.id" = { dictionary = "versions"',
  );
});
