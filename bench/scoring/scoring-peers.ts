import type { Mode, Work } from '../core/work.ts';

/** Texts that a peer computes at once; more make none of them faster here. */
const BATCH_SIZE = 8;

/** The peers' ways of scoring, by a script. */
export function scoringPeers(script: string, settings: Record<string, unknown>): Mode[] {
  const mode = (name: string, own: Record<string, unknown>): Mode => ({
    name,
    script,
    settings: { batchSize: BATCH_SIZE, ...own, ...settings },
  });
  return [
    mode('transformers, float32', { backend: 'transformers', mode: 'float32' }),
    mode('transformers, bf16 autocast', { backend: 'transformers', mode: 'autocast' }),
    mode('transformers, bf16 weights', { backend: 'transformers', mode: 'bfloat16' }),
    mode('transformers, bf16 weights, compiled', { backend: 'transformers', mode: 'bfloat16', compile: true }),
    mode('ONNX Runtime, float32', { backend: 'onnx', mode: 'float32' }),
    mode('ONNX Runtime, dynamic int8', { backend: 'onnx', mode: 'int8' }),
  ];
}

/** Of raw scores, whose standard deviation is 1 for random weights. */
export const SCORE_CHECK: Work['check'] = {
  values: 'scores',
  tolerance: { float32: 1e-3, bfloat16: 0.05, int8: 0.5 },
};
