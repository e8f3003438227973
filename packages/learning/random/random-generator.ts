/** 128 bits of state, never all zero. */
type State = [number, number, number, number];

/**
 * The one source of chance of a training run: xoshiro128** (Blackman & Vigna 2021), seeded by hashing a text. It is passed
 * explicitly, and its state is part of every checkpoint, so that a resumed run draws what the first would have drawn.
 */
export class RandomGenerator {
  #state: State;

  private constructor(state: State) {
    this.#state = state;
  }

  static fromSeed(seed: number): RandomGenerator {
    return new RandomGenerator(hash(`seed ${seed}`));
  }

  /** Goes on where the generator whose `state()` this is stood. Throws if the text is not such a state. */
  static restore(state: string): RandomGenerator {
    if (!/^[0-9a-f]{32}$/.test(state) || /^0+$/.test(state))
      throw new Error(
        `"${state}" is not the state of a random generator: 32 hexadecimal digits, not all 0, are expected`,
      );
    const word = (i: number) => Number.parseInt(state.slice(8 * i, 8 * i + 8), 16);
    return new RandomGenerator([word(0), word(1), word(2), word(3)]);
  }

  state(): string {
    return this.#state.map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  /**
   * An independent generator for one purpose, such as shuffling. It depends on the present state and the name, and does
   * not advance this one: two forks of the same name taken at the same place draw the same numbers.
   */
  fork(name: string): RandomGenerator {
    return new RandomGenerator(hash(`${this.state()} ${name}`));
  }

  /** Uniform in [0, 1), with all 53 bits of a double. */
  uniform(): number {
    const high = this.#next() >>> 5;
    const low = this.#next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Normal with mean 0 and standard deviation 1 (Box & Muller 1958; the second of the pair is not kept, so the state stays four words). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A whole number from 0 to `bound` − 1. */
  integer(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1)
      throw new Error(`integer(bound) needs a whole bound of at least 1, not ${bound}`);
    return Math.floor(this.uniform() * bound);
  }

  /** Shuffles in place, every order equally likely (Fisher & Yates). Returns the same array. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j] as T, items[i] as T];
    }
    return items;
  }

  #next(): number {
    const [a, b, c, d] = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const c1 = c ^ a;
    const d1 = d ^ b;
    this.#state = [(a ^ d1) >>> 0, (b ^ c1) >>> 0, (c1 ^ (b << 9)) >>> 0, rotateLeft(d1, 11) >>> 0];
    return result;
  }
}

const rotateLeft = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));

/** Four words from a text: FNV-1a over its UTF-16 units with four offsets, each finished by MurmurHash3's mixer. */
function hash(text: string): State {
  const word = (lane: number) => {
    let h = (0x811c9dc5 ^ Math.imul(lane + 1, 0x9e3779b9)) >>> 0;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  return [word(0), word(1), word(2), word(3) | 1]; // never all zero
}
