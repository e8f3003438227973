import type { Architecture, SupervisedHyperparameters, TextRow } from '@laurel/contracts';
import { type Model, readModelFiles } from '../checkpoint/model-files.ts';
import { familyConfig } from '../model/family-config.ts';
import type { Kernels } from '../model/kernels.ts';
import type { ModelConfig } from '../model/model-config.ts';
import { countParameters, initialiseParameters } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { supervisedSettings } from '../settings/hyperparameters.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { trainBpe } from '../tokenizer/train-bpe.ts';
import { singly } from './example-order.ts';
import { differentiateNextTokens } from './language-model-loss.ts';
import type { Sequence } from './sequence.ts';
import { createSupervisedTrainer } from './supervised-trainer.ts';
import type { Files, Trainer } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';

/** Trains a vocabulary on plain text, then a language model from scratch. */
export async function createPretrainTrainer(job: {
  kernels: Kernels;
  rows: readonly TextRow[];
  architecture: Architecture;
  vocabularySize: number;
  hyperparameters: SupervisedHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}): Promise<Trainer> {
  const { kernels, rows, resumeFrom } = job;
  const model = resumeFrom ? readModelFiles(resumeFrom) : newModel(job);
  const { decoder, tokenizer } = model;
  const sequences = packTexts(rows, tokenizer, decoder.config.n_positions);
  return createSupervisedTrainer({
    kernels,
    model,
    hyperparameters: supervisedSettings('pretrain', countParameters(decoder.parameters), job.hyperparameters),
    seed: job.seed,
    groups: singly(sequences.length),
    leftOut: 0,
    differentiate: (examples) =>
      differentiateNextTokens(
        kernels,
        decoder,
        examples.flatMap((i) => sequences[i] ?? []),
      ),
    validate: null,
    finish: () => ({ model, metrics: {} }),
    resumeFrom,
  });
}

/** A vocabulary of the texts and random weights. */
function newModel({
  rows,
  architecture,
  vocabularySize,
  seed,
}: {
  rows: readonly TextRow[];
  architecture: Architecture;
  vocabularySize: number;
  seed: number;
}): Model {
  requireFitting(architecture);
  const tokenizer = loadTokenizer(
    trainBpe(
      rows.map(({ text }) => text),
      { vocabularySize },
    ),
  );
  const config = configOf(architecture, tokenizer.vocabularySize);
  const parameters = initialiseParameters(config, RandomGenerator.fromSeed(seed).fork('parameters'));
  return { kind: 'base', decoder: { config, parameters }, tokenizer, rewardBias: 0 };
}

function configOf({ family = 'gpt2', ...shape }: Architecture, vocabularySize: number): ModelConfig {
  return familyConfig(family, {
    vocab_size: vocabularySize,
    n_positions: shape.context,
    n_embd: shape.width,
    n_layer: shape.layers,
    n_head: shape.heads,
    n_kv_head: shape.kv_heads ?? shape.heads,
  });
}

/** @throws {UnsuitableInput} where the family has no such decoder */
function requireFitting({ family = 'gpt2', width, heads, kv_heads: kvHeads = heads }: Architecture): void {
  if (width % heads !== 0) {
    throw new UnsuitableInput(`architecture: a width of ${width} cannot be divided into ${heads} heads.`);
  }
  const shares = family === 'llama' || family === 'qwen2';
  if (!shares && kvHeads !== heads) {
    throw new UnsuitableInput(
      `architecture: the heads of ${family} share no keys: leave kv_heads out, or name llama or qwen2.`,
    );
  }
  if (heads % kvHeads !== 0) {
    throw new UnsuitableInput(`architecture: ${heads} heads cannot share ${kvHeads} kv_heads: name a divisor.`);
  }
  if (family !== 'gpt2' && (width / heads) % 2 !== 0) {
    throw new UnsuitableInput(
      `architecture: ${family} turns pairs of a head's features, and ${width} / ${heads} is odd: choose another width.`,
    );
  }
}

/**
 * Sequences of at most `context` tokens: as many whole texts as fit, each with its end of text; a text that is longer by
 * itself is cut into several. Every token but a sequence's first is predicted.
 */
function packTexts(rows: readonly TextRow[], tokenizer: Tokenizer, context: number): Sequence[] {
  const sequences: number[][] = [];
  for (const { text } of rows) {
    const tokens = [...tokenizer.encode(text), tokenizer.endOfText];
    const last = sequences.at(-1);
    if (last && last.length + tokens.length <= context) {
      last.push(...tokens);
      continue;
    }
    for (let start = 0; start < tokens.length; start += context) sequences.push(tokens.slice(start, start + context));
  }
  return sequences
    .filter((tokens) => tokens.length > 1)
    .map((tokens) => ({ prompt: tokens.slice(0, 1), completion: tokens.slice(1), truncated: false }));
}
