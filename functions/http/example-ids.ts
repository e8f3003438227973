/** Ids that examples name; `examples.test.ts` has an object for each, so that what the reference shows is what works. */
export const exampleIds = {
  text: 'ds_01k7rz4m2v8w3x9y5t6q1c0hea',
  demonstrations: 'ds_01k7rz4m2v8w3x9y5t6q1c0heb',
  comparisons: 'ds_01k7rz4m2v8w3x9y5t6q1c0hec',
  base: 'mv_01k7rz6c4n8w3x9y5t6q1c0hea',
  policy: 'mv_01k7rz6c4n8w3x9y5t6q1c0hec',
  rewardModel: 'mv_01k7rz6c4n8w3x9y5t6q1c0heb',
  job: 'job_01k7rz5f9k8w3x9y5t6q1c0hea',
  endpoint: 'ep_01k7rz7p0d8w3x9y5t6q1c0hea',
  key: 'key_01k7rz3a7b8w3x9y5t6q1c0hea',
} as const;

export const examplePost =
  'My neighbour feeds my cat each morning while I am at work. The cat has grown fat, and she says that it looked hungry. ' +
  'How do I ask her to stop without offending her?';

export const exampleSummaries = [
  'My neighbour feeds my cat, and it has grown fat. How do I ask her to stop?',
  'A cat.',
] as const;
