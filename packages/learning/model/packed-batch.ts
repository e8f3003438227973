/**
 * Sequences without padding. A segment is a run of tokens that sees its own past and, if it continues another segment,
 * all of that one: a post is a segment, each of its summaries a segment that continues it, a demonstration one segment.
 */
export interface PackedBatch {
  /** Token ids, all segments end to end. [N] */
  tokens: Int32Array;
  /** Position of each token in its sequence; a continuation's first position is its parent's length. [N] */
  positions: Int32Array;
  /** (start, length, index of the segment it continues or −1) of each segment, flat. [3·S]
   * Parents have no parent themselves, and their continuations follow them directly. */
  segments: Int32Array;
}

/** A sequence and those that continue it. */
export interface PackedGroup {
  prefix: readonly number[];
  continuations: readonly (readonly number[])[];
}

/** Packs groups; also says where each continuation's tokens lie: `starts[g][c]` is the row of its first token. */
export function pack(groups: readonly PackedGroup[]): { batch: PackedBatch; starts: number[][] } {
  const tokens: number[] = [];
  const positions: number[] = [];
  const segments: number[] = [];
  const addSegment = (ids: readonly number[], offset: number, parent: number): number => {
    const start = tokens.length;
    segments.push(start, ids.length, parent);
    ids.forEach((token, i) => {
      tokens.push(token);
      positions.push(offset + i);
    });
    return start;
  };
  const starts = groups.map(({ prefix, continuations }) => {
    const parent = segments.length / 3;
    addSegment(prefix, 0, -1);
    return continuations.map((ids) => addSegment(ids, prefix.length, parent));
  });
  const batch = {
    tokens: Int32Array.from(tokens),
    positions: Int32Array.from(positions),
    segments: Int32Array.from(segments),
  };
  return { batch, starts };
}
