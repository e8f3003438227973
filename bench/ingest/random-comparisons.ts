import type { RandomGenerator } from '@laurel/learning';

const WORDS = 5000;
const POST_WORDS = 180;
const SUMMARY_WORDS = 28;
/** Drawn once; further chunks differ from these in their posts' names and first words. */
const DRAWN_CHUNKS = 64;
const ROWS_PER_CHUNK = 150;

/** Comparisons in the form of OpenAI's, about 1.9 kB each, as chunks of JSON Lines; at least so many bytes, and no post comes twice. */
export function* randomComparisons(sizeBytes: number, random: RandomGenerator): Generator<Uint8Array> {
  const vocabulary = Array.from({ length: WORDS }, () => drawWord(random));
  const drawn = Array.from({ length: DRAWN_CHUNKS }, () => drawChunk(vocabulary, random));
  let sent = 0;
  for (let i = 0; sent < sizeBytes; i++) {
    const chunk = Buffer.from((drawn[i % DRAWN_CHUNKS] ?? '').replaceAll('#', String(i)));
    sent += chunk.length;
    yield chunk;
  }
}

/** One in twenty has what JSON escapes, or a letter of two bytes. */
function drawWord(random: RandomGenerator): string {
  const letters = Array.from({ length: 2 + random.integer(8) }, () => String.fromCharCode(97 + random.integer(26)));
  const endings = ['"', '\n', 'é'];
  return letters.join('') + (endings[random.integer(60)] ?? '');
}

function drawChunk(vocabulary: readonly string[], random: RandomGenerator): string {
  const text = (words: number) =>
    Array.from({ length: words }, () => vocabulary[random.integer(vocabulary.length)]).join(' ');
  const summary = () => ({ text: ` ${text(SUMMARY_WORDS)}`, policy: `policy${random.integer(4)}`, note: null });
  const rows = Array.from({ length: ROWS_PER_CHUNK }, (_, row) => ({
    info: { id: `#-${row}`, post: `# ${text(POST_WORDS)}`, title: text(8), subreddit: `r${random.integer(50)}` },
    summaries: [summary(), summary()],
    choice: random.integer(2),
    worker: `worker${random.integer(70)}`,
    batch: `batch${random.integer(20)}`,
    split: 'train',
    extra: { confidence: 1 + random.integer(9) },
  }));
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
