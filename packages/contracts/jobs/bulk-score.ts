import { z } from 'zod';
import { truncationRule } from '../serving.ts';
import { datasetId, datasetName, endpointId, modelInput, scheduling } from './fields.ts';

/** Scores every completion of a dataset. The result is a dataset of kind `candidates`, whose completions carry their scores. */
export const bulkScoreSpec = z
  .strictObject({
    type: z.literal('bulk_score'),
    ...scheduling,
    /** Of kind `candidates`, or of any other whose rows have completions: `comparisons`, `demonstrations`, `ratings`. */
    dataset: datasetId,
    /** The model version that scores; this or `endpoint`. Of an endpoint, the one that was live when the job was made. */
    reward_model: modelInput.optional(),
    endpoint: endpointId.optional(),
    truncation: truncationRule.default('post'),
    /** Name of the dataset that the result becomes. */
    output_dataset: datasetName,
  })
  .check(({ value, issues }) => {
    if (value.reward_model !== undefined || value.endpoint !== undefined) return;
    issues.push({ code: 'custom', path: ['reward_model'], message: 'say what scores: this or endpoint', input: value });
  });
