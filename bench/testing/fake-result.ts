import type { WorkResult } from '../core/result.ts';

/** A result of a work against a peer: two rounds after round 0. */
export function fakeResult(more: Partial<WorkResult> = {}): WorkResult {
  const round = (seconds: number, figures = {}) => ({
    seconds,
    units: 30,
    values: [1],
    peakRssBytes: 2 ** 30,
    figures: { tokensPerUnit: 400, ...figures },
  });
  const mode = { name: 'x', versions: { node: '20.0.0' }, precision: 'bfloat16' as const };
  const arithmetic = { gflops: 600, peakGflops: 800, shareOfPeak: 0.75 };
  return {
    work: 'reward',
    description: 'a reward model',
    unit: 'pairs',
    goal: { ratio: 8, lowest: 5 },
    measuredAt: '2026-01-02T03:04:05Z',
    commit: 'abc1234',
    machine: { processor: 'A | B', cores: 2, memoryBytes: 2 ** 34, system: 'Linux' },
    settings: {},
    ours: [{ mode: 'Laurel', ...mode, rounds: [round(2), round(1, arithmetic), round(1, arithmetic)] }],
    peers: [
      { mode: 'slow', ...mode, rounds: [round(12)] },
      { mode: 'quick', ...mode, rounds: [round(6), round(6), round(8)] },
      { mode: 'broken', failure: 'Traceback\nRuntimeError: no such op' },
    ],
    contest: {
      ours: 'Laurel',
      opponent: 'quick',
      ratios: [6, 8],
      ratio: { median: 7, min: 6, max: 8 },
      rate: { median: 30, min: 30, max: 30 },
    },
    check: {
      values: 'losses',
      agrees: true,
      comparisons: [
        { ours: 'Laurel', peer: 'quick', precision: 'bfloat16', values: 3, largestDifference: 0.0123, tolerance: 0.05 },
      ],
    },
    ...more,
  };
}
