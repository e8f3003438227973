import type { Precision, Ready, Round } from './protocol.ts';
import type { Spread } from './statistics.ts';
import type { Goal } from './work.ts';

/** `bench/results/WORK.json`. */
export interface WorkResult {
  work: string;
  description: string;
  unit: string;
  goal: Goal;
  /** ISO 8601. */
  measuredAt: string;
  commit: string;
  machine: Machine;
  settings: Record<string, unknown>;
  ours: Measured[];
  peers: Measured[];
  /** Of the modes that were the fastest in round 0. */
  contest: { ours: string; opponent: string | null; ratios: number[]; ratio: Spread | null; rate: Spread };
  /** null where nothing was compared. */
  check: Check | null;
}

export interface Machine {
  processor: string;
  cores: number;
  memoryBytes: number;
  system: string;
}

/** A mode and its rounds from round 0 on. */
export interface Ran extends Ready {
  mode: string;
  rounds: Round[];
}

/** A mode, or why it did not run. */
export type Measured = Ran | { mode: string; failure: string };

/** How far the values of ours and the peers' are from each other. */
export interface Check {
  values: string;
  comparisons: Comparison[];
  agrees: boolean;
}

export interface Comparison {
  ours: string;
  peer: string;
  /** The coarser of the two. */
  precision: Precision;
  values: number;
  largestDifference: number;
  tolerance: number;
}
