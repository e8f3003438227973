/** A pair of neighbouring token ids as one number, ordered as (left, right). Ids stay below 2^20. */
export const pairKey = (left: number, right: number): number => left * 2 ** 20 + right;
export const pairOf = (key: number): [left: number, right: number] => [Math.floor(key / 2 ** 20), key % 2 ** 20];

/** Pairs by how often they occur, the commonest first; among equals the smallest key, so that the order is fixed. */
export class PairQueue {
  readonly #counts = new Map<number, number>();
  /** A binary heap of (key, count when pushed). Counts that have changed since are put right when they reach the top. */
  readonly #heap: { key: number; count: number }[] = [];

  /** Changes a pair's count. A count that has grown takes effect at the next `push`. */
  add(key: number, change: number): void {
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }

  push(key: number): void {
    const heap = this.#heap;
    heap.push({ key, count: this.#counts.get(key) ?? 0 });
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  /** Takes out the commonest pair; undefined when every count is below `minimum`. */
  pop(minimum: number): number | undefined {
    for (;;) {
      const top = this.#takeTop();
      if (top === undefined) return undefined;
      const count = this.#counts.get(top.key) ?? 0;
      if (count === top.count) return count >= minimum ? top.key : undefined;
      if (count > 0 && count < top.count) this.push(top.key);
    }
  }

  #takeTop(): { key: number; count: number } | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return top;
    heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      const first = left + 1 < heap.length && this.#before(left + 1, left) ? left + 1 : left;
      if (first >= heap.length || !this.#before(first, i)) return top;
      this.#swap(i, first);
      i = first;
    }
  }

  #before(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (a === undefined || b === undefined) return false;
    return a.count > b.count || (a.count === b.count && a.key < b.key);
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (a === undefined || b === undefined) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }
}
