import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { RandomGenerator } from '@laurel/learning';
import type { Work } from '../core/work.ts';
import { randomComparisons } from '../ingest/random-comparisons.ts';
import { SEED } from '../prepare.ts';

const PEER = 'peers/ingest.py';

/** Taking a dataset in: every row checked and kept in its stored form, what was kept hashed. */
function ingestWork(name: string, megabytes: number): Work {
  return {
    name,
    description: `upload of ${megabytes} MB of comparisons over HTTP, random words in the form of OpenAI's, each row checked and kept`,
    unit: 'MB',
    model: null,
    settings: { megabytes },
    async prepare(_, folder) {
      const file = createWriteStream(join(folder, 'upload.jsonl'));
      for (const chunk of randomComparisons(megabytes * 1e6, RandomGenerator.fromSeed(SEED))) {
        if (!file.write(chunk)) await once(file, 'drain');
      }
      file.end();
      await once(file, 'finish');
    },
    ours: [{ name: 'Laurel, over HTTP', script: 'contestants/ingest.ts' }],
    peers: [
      { name: 'pydantic, from the file', script: PEER, settings: { mode: 'pydantic' } },
      { name: 'json and pydantic, from the file', script: PEER, settings: { mode: 'json' } },
    ],
    goal: { rate: 100 },
    check: { values: 'rows', tolerance: { float32: 0 } },
  };
}

export const ingestWorks = [ingestWork('ingest-100mb', 100), ingestWork('ingest-2gb', 2000)];
