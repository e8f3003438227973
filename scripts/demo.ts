/**
 * `npm run demo`: starts the service, does the main job through its public API, prints what came out, and keeps serving.
 *   --once      ends then
 *   --data DIR  learns from real comparisons instead of the generated corpus
 *   --seed N    another corpus, other weights, other samples
 */
import { readArguments } from './demo/arguments.ts';
import { generatedCorpus } from './demo/generated-corpus.ts';
import { doMainJob } from './demo/main-job.ts';
import { nextSteps } from './demo/next-steps.ts';
import { realData } from './demo/real-data.ts';
import { startService } from './demo/service.ts';

async function main(): Promise<void> {
  const { once, data, seed } = readArguments(process.argv.slice(2));
  const material = data === undefined ? generatedCorpus(seed) : await realData(data);

  const service = await startService();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void service.stop().then(() => process.exit(0)));
  }
  const { engine } = await service.laurel.health();
  console.log(`Laurel is at ${service.baseUrl}; engine ${engine?.engine}, ${engine?.precision}`);
  console.log(`Learning from ${material.description}`);
  try {
    const startedMs = Date.now();
    const endpoints = await doMainJob(service.laurel, material, seed);
    console.log(`\nThat took ${((Date.now() - startedMs) / 60_000).toFixed(1)} minutes.\n`);
    console.log(nextSteps(service, endpoints, material));
    if (once) return;
    console.log('\nServing until Ctrl-C.');
    await service.ended;
  } finally {
    await service.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? `\n${error.message}` : error);
  process.exitCode = 1;
}
