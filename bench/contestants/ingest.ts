/** The service as `npm start` runs it; a round is an upload by curl. Memory is the most the server held in the round. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startService } from '../../functions/node/service.ts';
import { readSettings } from '../../functions/node/settings.ts';
import { contest } from '../core/contestant.ts';

await contest<{ megabytes: number }>(async ({ folder, settings: { megabytes } }) => {
  const env = { ...process.env, PORT: '0', LAUREL_DATA: mkdtempSync(join(folder, 'service-')) };
  const { url, key } = await startService(readSettings(env), env);
  const upload = async (name: string) => {
    const request = `${url}/v1/datasets?kind=comparisons&name=${name}`;
    const headers = ['-H', `authorization: Bearer ${key.secret}`, '-H', 'content-type: application/x-ndjson'];
    const args = ['-sS', '--fail-with-body', '-X', 'POST', '-T', join(folder, 'upload.jsonl'), ...headers, request];
    const { id, rows } = JSON.parse((await promisify(execFile)('curl', args)).stdout) as { id: string; rows: number };
    await fetch(`${url}/v1/datasets/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${key.secret}` } });
    return rows;
  };
  await upload('warm-up');
  return {
    name: 'Laurel',
    versions: { node: process.versions.node },
    precision: 'float32',
    async round(i) {
      writeFileSync('/proc/self/clear_refs', '5'); // forgets the start's high-water mark, which is the database's
      const startMs = performance.now();
      const rows = await upload(`round-${i}`);
      return { seconds: (performance.now() - startMs) / 1000, units: megabytes, values: [rows] };
    },
  };
});
