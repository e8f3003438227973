/** A server that scores, ours or a peer's, under load; a round is so many requests. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScoringItem } from '@laurel/learning';
import { FolderArtifactStore, writeManifest } from '@laurel/storage/artifacts';
import { contest } from '../core/contestant.ts';
import type { Ready } from '../core/protocol.ts';
import { pythonOfPeers } from '../core/python-environment.ts';
import { roundItems } from '../scoring/scoring-items.ts';
import { closedLoop } from '../serving/closed-loop.ts';
import { ServerProcess } from '../serving/server-process.ts';
import type { ServingSettings } from '../serving/serving-settings.ts';
import { readModel, readRows } from './laurel.ts';

/** A server that listens, and how it is asked. */
interface Served {
  ready: Ready;
  server: ServerProcess<{ port: number }>;
  headers: Record<string, string>;
  body: (item: ScoringItem) => object;
}

const TOKEN = 'bench';
/** Requests whose answers are compared. */
const COMPARED = 16;

await contest<ServingSettings & { server: 'laurel' | 'peer'; beside?: 'training' }>(async ({ settings, folder }) => {
  const { ready, server, headers, body } = settings.server === 'laurel' ? await startOurs(folder) : await startPeer();
  const items = readRows<ScoringItem>(folder, 'items.jsonl');
  const url = server.url('/score');
  const load = (some: ScoringItem[]) =>
    closedLoop(
      url,
      some.map((item) => JSON.stringify(body(item))),
      settings,
      headers,
    );
  if (settings.beside) startTraining();
  await load(items.slice(-settings.connections));
  return {
    ...ready,
    async round(i) {
      const some = roundItems(items, settings.requestsPerRound, i);
      const measured = await load(some);
      const answers = some.slice(0, COMPARED).map(async (item) => {
        const headersOfJson = { 'content-type': 'application/json', ...headers };
        const response = await fetch(url, { method: 'POST', headers: headersOfJson, body: JSON.stringify(body(item)) });
        return ((await response.json()) as { items: { raw: number }[][] }).items.flat().map(({ raw }) => raw);
      });
      const values = (await Promise.all(answers)).flat();
      return { ...measured, values, figures: { ...measured.figures, serverPeakRssBytes: server.peakRssBytes } };
    },
  };
});
process.exit(); // takes the server along

/** In this process's group, so that it stands still and ends with it. */
function startTraining(): void {
  const script = fileURLToPath(new URL('endless-training.ts', import.meta.url));
  spawn(process.execPath, ['--import', 'tsx', script, process.argv[2] ?? ''], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function startOurs(folder: string): Promise<Served> {
  const artifacts = join(folder, 'artifacts');
  const prefix = 'reward-model';
  const { manifestSha256 } = await writeManifest(new FolderArtifactStore(artifacts), prefix, readModel(folder, prefix));
  const server = await ServerProcess.start({
    command: process.execPath,
    args: ['--import', 'tsx', fileURLToPath(new URL('../../gpu-workers/serve.ts', import.meta.url))],
    env: { LAUREL_SERVE_TOKEN: TOKEN, LAUREL_ARTIFACTS: artifacts },
  });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const health = (await (await fetch(server.url('/health'), { headers })).json()) as Pick<Ready, 'precision'>;
  return {
    ready: { name: 'Laurel', versions: { node: process.versions.node }, precision: health.precision },
    server,
    headers,
    body: (item) => ({ model: { prefix, manifest_sha256: manifestSha256 }, truncation: 'error', items: [item] }),
  };
}

async function startPeer(): Promise<Served> {
  const script = fileURLToPath(new URL('../peers/serving.py', import.meta.url));
  const args = [script, process.argv[2] ?? ''];
  const server = await ServerProcess.start<{ port: number } & Ready>({ command: pythonOfPeers(), args });
  const { port: _, ...ready } = server.announced;
  return { ready, server, headers: {}, body: (item) => ({ items: [item] }) };
}
