/** A language model's loss and its gradients on sequences of one length; a round is the same number of tokens at any length. */
import { gpt2Config, headName, initialiseParameters, parameter, RandomGenerator } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import { trainingFlops } from '../../gpu-workers/engine/pass-flops.ts';
import { differentiateNextTokens } from '../../packages/learning/trainers/language-model-loss.ts';
import { splitIntoPasses } from '../../packages/learning/trainers/pass.ts';
import { contest } from '../core/contestant.ts';
import { loadLaurel } from './laurel.ts';

const VOCABULARY = 2000;

await contest<{ context: number; tokensPerRound: number; seed: number }>(async ({ settings }) => {
  const { context, tokensPerRound, seed } = settings;
  const { kernels, ready } = await loadLaurel();
  const random = RandomGenerator.fromSeed(seed);
  const config = gpt2Config({ n_layer: 6, n_embd: 256, n_head: 8, vocab_size: VOCABULARY, n_positions: context });
  const decoder = { config, parameters: initialiseParameters(config, random) };
  const sequences = Array.from({ length: tokensPerRound / context }, () => {
    const [first = 0, ...rest] = Array.from({ length: context }, () => random.integer(VOCABULARY));
    return { prompt: [first], completion: rest, truncated: false };
  });
  const passes = splitIntoPasses(sequences.map((sequence) => [sequence]));
  const ofHead = 6 * parameter(decoder.parameters, headName(config)).size;
  const flops = passes.reduce((sum, pass) => sum + trainingFlops(config, pass) + ofHead * pass.rows.length, 0);
  const differentiate = () => tf.dispose(differentiateNextTokens(kernels, decoder, sequences).gradients);
  differentiate();
  return {
    ...ready,
    async round() {
      const startMs = performance.now();
      differentiate();
      const seconds = (performance.now() - startMs) / 1000;
      return { seconds, units: flops / 1e9, values: [], figures: { tokensPerSecond: tokensPerRound / seconds } };
    },
  };
});
