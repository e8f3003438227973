const SLOTS_AT_FIRST = 1024;
const FULLEST = 0.7;

/**
 * How often each of many keys got a vote for its first and its second side: 16 to 48 bytes a key, where a Map takes
 * hundreds. Open addressing with linear probing; 0 marks a free slot and is no key.
 */
export class VoteTable {
  /** Different keys. */
  size = 0;
  #keys = new Float64Array(SLOTS_AT_FIRST);
  /** Of slot i at 2i and 2i + 1. */
  #votes = new Uint32Array(2 * SLOTS_AT_FIRST);

  /**
   * Notes a vote.
   *
   * @param key evenly spread, a positive integer
   * @param side 0 or 1
   * @returns how many votes the key's side had before
   */
  add(key: number, side: 0 | 1): number {
    if (this.size >= FULLEST * this.#keys.length) this.#grow();
    const slot = this.#slotOf(key);
    if (this.#keys[slot] === 0) {
      this.#keys[slot] = key;
      this.size++;
    }
    const place = 2 * slot + side;
    const before = this.#votes[place] ?? 0;
    this.#votes[place] = before + 1;
    return before;
  }

  /** The votes for the first and the second side of each key, in no order. */
  *counts(): Generator<[first: number, second: number]> {
    for (const [slot, key] of this.#keys.entries()) {
      if (key !== 0) yield [this.#votes[2 * slot] ?? 0, this.#votes[2 * slot + 1] ?? 0];
    }
  }

  #slotOf(key: number): number {
    const slots = this.#keys.length;
    let slot = key % slots;
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) % slots;
    return slot;
  }

  #grow(): void {
    const [keys, votes] = [this.#keys, this.#votes];
    this.#keys = new Float64Array(2 * keys.length);
    this.#votes = new Uint32Array(2 * votes.length);
    for (const [before, key] of keys.entries()) {
      if (key === 0) continue;
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#votes.set(votes.subarray(2 * before, 2 * before + 2), 2 * slot);
    }
  }
}
