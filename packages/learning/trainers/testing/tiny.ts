import type { ComparisonRow, DemonstrationRow } from '@laurel/contracts';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Model, readModelFiles, writeModelFiles } from '../../checkpoint/model-files.ts';
import type { Parameters } from '../../model/kernels.ts';
import { gpt2Config } from '../../model/model-config.ts';
import { disposeParameters, initialiseParameters, initialiseRewardHead } from '../../model/parameters.ts';
import { RandomGenerator } from '../../random/random-generator.ts';
import { loadTokenizer } from '../../tokenizer/load-tokenizer.ts';
import { trainBpe } from '../../tokenizer/train-bpe.ts';
import type { Files, Metrics, Trainer } from '../trainer.ts';

/** Ten documents of two words each, and what the tests say about them. */
const words = ['red', 'green', 'blue', 'black', 'white', 'brown', 'grey', 'pink', 'gold', 'teal'];
const prompt = (word: string) => ({ head: 'POST: ', post: `the ${word} door`, tail: '\n\nTL;DR:' });

export const texts = words.map((word) => ({ text: `POST: the ${word} door\n\nTL;DR: ${word} is good and not bad` }));
export const demonstrations: DemonstrationRow[] = words.map((word) => ({
  group: word,
  prompt: prompt(word),
  completion: 'good',
}));
export const comparisons: ComparisonRow[] = words.map((word) => ({
  group: word,
  prompt: prompt(word),
  chosen: 'good',
  rejected: 'bad',
}));

export const tokenizer = loadTokenizer(
  trainBpe(
    texts.flatMap((row) => [row, row]).map(({ text }) => text),
    { vocabularySize: 340 },
  ),
);

/** Another one, with shorter tokens: the same text has other ids, and more of them. */
export const otherTokenizer = loadTokenizer(
  trainBpe(
    texts.map(({ text }) => text),
    { vocabularySize: 270 },
  ),
);

/** A new model of 2 layers × 16. */
export function tinyModel(kind: Model['kind'], seed = 1, context = 48, tokenizerOf = tokenizer): Files {
  const config = gpt2Config({
    vocab_size: tokenizerOf.vocabularySize,
    n_positions: context,
    n_embd: 16,
    n_layer: 2,
    n_head: 2,
  });
  const random = RandomGenerator.fromSeed(seed);
  const parameters: Parameters = initialiseParameters(config, random);
  if (kind === 'reward_model') Object.assign(parameters, initialiseRewardHead(config.n_embd, random));
  const files = writeModelFiles({ kind, decoder: { config, parameters }, tokenizer: tokenizerOf, rewardBias: 0.25 });
  disposeParameters(parameters);
  return files;
}

/** An untrained policy that likes to end: about so much is added to the logit of the end of text. At 64 it ends at once. */
export function endingPolicy(logit: number): Files {
  return withModel(tinyModel('policy'), ({ decoder, ...model }) => {
    const wte = decoder.parameters['wte.weight'] as Tensor2D;
    // The final norm's bias along the end's embedding e: e · e counts for the end, and chance alone for other tokens.
    const bias = tf.tidy(() => {
      const end = tf.slice(wte, [tokenizer.endOfText, 0], [1, -1]).flatten();
      return tf.div(tf.mul(end, logit), tf.sum(tf.square(end)));
    });
    const parameters = { ...decoder.parameters, 'ln_f.bias': bias };
    const files = writeModelFiles({ ...model, decoder: { ...decoder, parameters } });
    bias.dispose();
    return files;
  });
}

/** Uses a model that is freed afterwards. */
export function withModel<T>(files: Files, use: (model: Model) => T): T {
  const model = readModelFiles(files);
  try {
    return use(model);
  } finally {
    disposeParameters(model.decoder.parameters);
  }
}

/** Trains to the end and frees the trainer. */
export async function trainToEnd(trainer: Trainer): Promise<{ files: Files; metrics: Metrics; steps: Metrics[] }> {
  try {
    const steps: Metrics[] = [];
    while (!trainer.finished) steps.push(await trainer.advance());
    return { ...(await trainer.finish()), steps };
  } finally {
    trainer.dispose();
  }
}

/** Trains to the end twice, once with a stop in the middle: a checkpoint, and a new trainer made from it. */
export async function trainWithAndWithoutStop(
  create: (resumeFrom?: Files) => Promise<Trainer>,
): Promise<{ straight: Files; resumed: Files; steps: Metrics[] }> {
  const straight = await trainToEnd(await create());
  const first = await create();
  while (!first.finished && first.step < first.totalSteps / 2) await first.advance();
  const checkpoint = await first.checkpoint();
  first.dispose();
  const resumed = await trainToEnd(await create(checkpoint));
  return { straight: straight.files, resumed: resumed.files, steps: straight.steps };
}
