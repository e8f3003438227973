/** Uses a part of the service, and remembers what was acknowledged. All its methods throw `BrokenPromise`. */
export interface Customer {
  /** Does one thing. */
  act(): Promise<void>;
  /** Compares what is there with all that was acknowledged. */
  verify(): Promise<void>;
  /** Waits for the end of what it has begun. */
  settle(): Promise<void>;
}
