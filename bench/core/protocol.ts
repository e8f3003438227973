/** What a contestant is told: the JSON file that its one argument names. */
export interface Assignment<Settings = Record<string, unknown>> {
  work: string;
  /** Holds `model/` and the work's data. */
  folder: string;
  settings: Settings;
}

/** Of the products of matrices. */
export type Precision = 'float32' | 'bfloat16' | 'int8';

/** A contestant's first line: everything is loaded and warm. */
export interface Ready {
  name: string;
  versions: Record<string, string>;
  precision: Precision;
}

/** What came of one round. */
export interface Round {
  seconds: number;
  /** Pairs, tokens or whatever the work counts. */
  units: number;
  /** What the other side must come to as well, such as the losses of the round's steps. */
  values: number[];
  /** The most memory that the process has ever held. */
  peakRssBytes: number;
  /** More that was measured, by name with its unit, such as `tokensPerPair`. */
  figures?: Record<string, number>;
}
