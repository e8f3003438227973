import type { Material, ModelSize } from '../prepare.ts';
import type { Precision } from './protocol.ts';

/** One way of doing a work, by a script of `bench/contestants` (ours) or `bench/peers`. */
export interface Mode {
  /** Such as `TRL, bf16 autocast`. */
  name: string;
  /** A `.ts` or `.py` file, from `bench/`. */
  script: string;
  /** Of this mode, beside those of the work. */
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** What is measured. */
export interface Work {
  /** Also the name of its result: `bench/results/NAME.json`. */
  name: string;
  /** One sentence: what is done to which data. */
  description: string;
  /** What a rate counts: `pairs`, `tokens`. */
  unit: string;
  model: ModelSize | null;
  /** Told to every contestant. */
  settings: Record<string, unknown>;
  /** Writes the work's data into the folder that contestants are given. */
  prepare(material: Material, folder: string): Promise<void>;
  /** The fastest in one round goes on to the others. */
  ours: readonly Mode[];
  /** None where the goal is a rate. */
  peers: readonly Mode[];
  goal: Goal;
  /** null where the two sides have nothing in common to compare. */
  check: {
    /** What `values` of a round are. */
    values: string;
    /** By how much a value of ours may differ from the peer's, by the coarser precision of the two. */
    tolerance: Partial<Record<Precision, number>>;
  } | null;
}

/** Ours to the peer's rate and the lowest that is still acceptable; or a rate of ours, in units a second. */
export type Goal = { ratio: number; lowest?: number } | { rate: number };
