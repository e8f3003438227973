import { type PackedBatch, type PackedGroup, pack } from '../model/packed-batch.ts';
import { TOKENS_PER_PASS } from '../settings/hyperparameters.ts';
import type { Sequence } from './sequence.ts';

/** Sequences that are computed at once, and the rows of the packed batch that losses read. */
export interface Pass {
  batch: PackedBatch;
  sequences: Sequence[];
  /** The row that predicts each completion token: that of the token before it. Sequence by sequence. [R] */
  rows: Int32Array;
  /** The completion tokens. [R] */
  targets: Int32Array;
  /** The row of each sequence's last token, where the reward is read (detail 4). [sequences] */
  lastRows: Int32Array;
}

/**
 * Cuts units, whose sequences stay together (a comparison's two summaries), into passes within the budget of tokens.
 * Order is kept throughout.
 */
export function splitIntoPasses(units: readonly (readonly Sequence[])[], tokensPerPass = TOKENS_PER_PASS): Pass[] {
  const passes: Sequence[][] = [];
  let room = 0;
  for (const unit of units) {
    const size = countTokens(unit);
    if (size > room || passes.length === 0) {
      passes.push([]);
      room = tokensPerPass;
    }
    passes.at(-1)?.push(...unit);
    room -= size;
  }
  return passes.map(packPass);
}

/** Tokens computed for these sequences: a prompt that follows itself counts once. */
export function countTokens(sequences: readonly Sequence[]): number {
  return sequences.reduce(
    (sum, { prompt, completion }, i) =>
      sum + completion.length + (sequences[i - 1]?.prompt === prompt ? 0 : prompt.length),
    0,
  );
}

/** Cuts values [R] of a pass into those of each sequence. */
export function splitBySequence({ sequences }: Pass, values: Float32Array): Float32Array[] {
  let start = 0;
  return sequences.map(({ completion }) => {
    start += completion.length;
    return values.slice(start - completion.length, start);
  });
}

function packPass(sequences: Sequence[]): Pass {
  const groups: (PackedGroup & { continuations: (readonly number[])[] })[] = [];
  for (const { prompt, completion } of sequences) {
    const group = groups.at(-1);
    if (group?.prefix === prompt) group.continuations.push(completion);
    else groups.push({ prefix: prompt, continuations: [completion] });
  }
  const { batch, starts } = pack(groups);
  const rows: number[] = [];
  const lastRows: number[] = [];
  groups.forEach(({ continuations }, g) => {
    const endOfPrompt = (starts[g]?.[0] ?? 0) - 1;
    continuations.forEach((completion, c) => {
      const start = starts[g]?.[c] ?? 0;
      completion.forEach((_, i) => {
        rows.push(i === 0 ? endOfPrompt : start + i - 1);
      });
      lastRows.push(start + completion.length - 1);
    });
  });
  const targets = Int32Array.from(sequences.flatMap(({ completion }) => completion));
  return { batch, sequences, rows: Int32Array.from(rows), targets, lastRows: Int32Array.from(lastRows) };
}
