/** What both sides do in a round. */
export interface ServingSettings {
  /** Each sends a request when it has the answer to the one before. */
  connections: number;
  /** One post with its candidates each. */
  requestsPerRound: number;
}
