import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { goProgram } from '../real-parts/go-program.ts';

const VEGETA = 'github.com/tsenart/vegeta/v12@v12.12.0';
/** Answers that take longer than this have not been given. */
const TIMEOUT = '60s';

/** What came of a request. */
export interface Result {
  /** 0 where there was no answer. */
  code: number;
  ms: number;
  /** After the first request was sent. */
  answeredAtMs: number;
  error: string;
  headers: Record<string, string[]>;
  body: string;
}

/** Sends so many requests a second for a while, whether answers come or not, as vegeta does. */
export async function openLoop(
  url: string,
  headers: Record<string, string>,
  bodies: readonly string[],
  perSecond: number,
  seconds: number,
): Promise<Result[]> {
  const vegeta = await goProgram(VEGETA);
  const rate = ['-rate', `${Math.round(perSecond * 1000)}/1000s`, '-duration', `${seconds}s`];
  const workers = ['-max-workers', '20000', '-connections', '20000', '-timeout', TIMEOUT];
  const folder = await mkdtemp(join(tmpdir(), 'laurel-vegeta-'));
  const output = join(folder, 'results'); // read afterwards: reading takes of the processors that the service is measured on
  const attack = spawn(vegeta, ['attack', '-format=json', '-lazy=false', '-output', output, ...rate, ...workers], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  for (const body of bodies) {
    const target = { method: 'POST', url, header: asHeader(headers), body: Buffer.from(body).toString('base64') };
    attack.stdin.write(`${JSON.stringify(target)}\n`);
  }
  attack.stdin.end();
  await endOf(attack);
  const encode = spawn(vegeta, ['encode', '--to=json', output], { stdio: ['ignore', 'pipe', 'inherit'] });
  const encoded = endOf(encode);
  const results: Result[] = [];
  let firstMs = Number.POSITIVE_INFINITY;
  for await (const line of createInterface({ input: encode.stdout })) {
    const { code, latency, timestamp, error, headers: answered, body } = JSON.parse(line) as Line;
    const [beginMs, ms] = [Date.parse(timestamp), latency / 1e6];
    const text = Buffer.from(body ?? '', 'base64').toString();
    results.push({ code, ms, error, headers: answered ?? {}, body: text, answeredAtMs: beginMs + ms });
    firstMs = Math.min(firstMs, beginMs);
  }
  await encoded;
  await rm(folder, { recursive: true });
  return results.map((result) => ({ ...result, answeredAtMs: result.answeredAtMs - firstMs }));
}

async function endOf(vegeta: ChildProcess): Promise<void> {
  const [code] = (await once(vegeta, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`vegeta ended with ${code}`);
}

/** A line of vegeta's JSON. */
interface Line {
  code: number;
  /** ns */
  latency: number;
  timestamp: string;
  error: string;
  headers: Record<string, string[]> | null;
  /** Base 64. */
  body: string | null;
}

const asHeader = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
