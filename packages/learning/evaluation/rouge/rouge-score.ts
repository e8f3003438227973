import { porterStem } from './porter-stemmer.ts';

/** Precision, recall and their harmonic mean, 0 to 1. */
export interface RougeScore {
  precision: number;
  recall: number;
  fMeasure: number;
}

export interface RougeScores {
  rouge1: RougeScore;
  rouge2: RougeScore;
  rougeL: RougeScore;
}

/**
 * ROUGE-1, ROUGE-2 and ROUGE-L of a text against its reference (Lin 2004), equal to `rouge_scorer.RougeScorer.score` of
 * Google's `rouge-score` 0.1.2.
 * @param useStemmer compare words by their Porter stem
 */
export function rougeScore(reference: string, text: string, useStemmer: boolean): RougeScores {
  const target = tokenize(reference, useStemmer);
  const prediction = tokenize(text, useStemmer);
  return {
    rouge1: overlap(target, prediction, 1),
    rouge2: overlap(target, prediction, 2),
    rougeL: ofCounts(longestCommonSubsequence(target, prediction), target.length, prediction.length),
  };
}

/** Runs of a–z and 0–9 of the lower-case text; words of more than three letters are stemmed. */
function tokenize(text: string, useStemmer: boolean): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return useStemmer ? words.map((word) => (word.length > 3 ? porterStem(word) : word)) : words;
}

/** n-grams in common, each as often as it is in both. */
function overlap(target: string[], prediction: string[], n: number): RougeScore {
  const ofTarget = countNGrams(target, n);
  const ofPrediction = countNGrams(prediction, n);
  let common = 0;
  for (const [nGram, count] of ofTarget) common += Math.min(count, ofPrediction.get(nGram) ?? 0);
  return ofCounts(common, target.length - n + 1, prediction.length - n + 1);
}

function countNGrams(tokens: string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const nGram = tokens.slice(i, i + n).join(' ');
    counts.set(nGram, (counts.get(nGram) ?? 0) + 1);
  }
  return counts;
}

/** Length of the longest common subsequence, by one row of the table after the other. */
function longestCommonSubsequence(a: string[], b: string[]): number {
  let row = [0, ...b.map(() => 0)];
  for (const token of a) {
    const next = [0];
    for (const [j, other] of b.entries()) {
      next.push(token === other ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function ofCounts(common: number, ofTarget: number, ofPrediction: number): RougeScore {
  const precision = common / Math.max(1, ofPrediction);
  const recall = common / Math.max(1, ofTarget);
  const fMeasure = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return { precision, recall, fMeasure };
}
