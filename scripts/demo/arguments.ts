import { parseArgs } from 'node:util';

export interface DemoArguments {
  /** End when the table is printed, rather than keep serving. */
  once: boolean;
  /** Folder of real data; without one the corpus is generated. */
  data: string | undefined;
  /** Decides the corpus, the weights' first values and every sample. */
  seed: number;
}

const USAGE = 'npm run demo [-- [--once] [--data DIR] [--seed N]]';

/** @throws {Error} with a sentence that shows the usage */
export function readArguments(argv: string[]): DemoArguments {
  const { once, data, seed } = parse(argv);
  if (!/^\d{1,9}$/.test(seed))
    throw new Error(`--seed takes a whole number from 0 to 999999999, not ${seed}. Usage: ${USAGE}`);
  return { once, data, seed: Number(seed) };
}

function parse(args: string[]) {
  try {
    const options = {
      once: { type: 'boolean', default: false },
      data: { type: 'string' },
      seed: { type: 'string', default: '1' },
    } as const;
    const { values } = parseArgs({ args, options });
    return { once: values.once, data: values.data, seed: values.seed };
  } catch (error) {
    throw new Error(`${(error as Error).message} Usage: ${USAGE}`, { cause: error });
  }
}
