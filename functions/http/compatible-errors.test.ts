import { expect, test } from 'vitest';
import { asClientsRead } from './compatible-errors.ts';

const problem = (instance: string, status = 422) => ({
  type: 'urn:laurel:problem:c',
  title: 'T',
  status,
  detail: 'What is wrong.',
  instance,
  code: 'c',
  request_id: 'req_1',
  errors: [{ pointer: '/top_p', code: 'c', detail: 'What is wrong.' }],
});

test.each([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [422, 'invalid_request_error'],
  [503, 'server_error'],
])("OpenAI's clients find what is wrong and where: %i is a %s", (status, type) => {
  const path = '/openai/v1/completions';
  expect(asClientsRead(problem(path, status))).toEqual({
    ...problem(path, status),
    error: { message: 'What is wrong.', type, param: '/top_p', code: 'c' },
  });
});

test("so do Cohere's and TEI's", () => {
  expect(asClientsRead(problem('/cohere/v2/rerank'))).toMatchObject({ message: 'What is wrong.', code: 'c' });
  const tei = problem('/tei/judge/rerank');
  expect(asClientsRead(tei)).toEqual({ ...tei, error: 'What is wrong.', error_type: 'validation' });
});

test('other answers stay as they are', () => {
  for (const path of ['/v1/endpoints/openai/score', '/openrlhf/judge/get_reward']) {
    expect(asClientsRead(problem(path))).toEqual(problem(path));
  }
});
