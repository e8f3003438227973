// Makes a fresh checkout runnable: npm packages, libtensorflow, the binding to it and our fused ops. It needs nothing but
// Node, runs before `npm test`, `start` and `demo`, and does nothing that was done before.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileBinding, compileOps } from './setup/compile.mjs';
import { provisionLibtensorflow } from './setup/libtensorflow.mjs';
import { withLock } from './setup/lock.mjs';
import { installPackages } from './setup/packages.mjs';
import { Missing } from './setup/step.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'laurel');

await refuseOldNode();
await withLock(join(root, '.laurel/set-up.lock'), async () => {
  await installPackages(root);
  await withLock(join(cache, 'set-up.lock'), provideEngine);
});

async function refuseOldNode() {
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const [wanted, actual] = [engines.node.replace('>=', ''), process.versions.node].map((v) => v.split('.').map(Number));
  const older = actual[0] < wanted[0] || (actual[0] === wanted[0] && actual[1] < wanted[1]);
  if (!older) return;
  console.error(
    `Laurel needs Node ${engines.node}; this is ${process.versions.node}. Install a newer one from https://nodejs.org.`,
  );
  process.exit(1);
}

/** Nothing here is fatal: the worker falls back to the best engine that it finds. */
async function provideEngine() {
  try {
    const libtensorflow = await provisionLibtensorflow(cache);
    // Both compile at once; a failure of the fused ops leaves the engine one grade slower, no more.
    const [binding, ops] = await Promise.allSettled([
      compileBinding(root, libtensorflow),
      compileOps(root, libtensorflow),
    ]);
    if (binding.status === 'rejected') throw binding.reason;
    if (ops.status === 'rejected') explain(ops.reason, 'libtensorflow without fused ops (slower)');
  } catch (error) {
    explain(error, 'pure JavaScript (tiny models only)');
  }
}

function explain(error, fallback) {
  const remedy =
    error instanceof Missing
      ? 'install python3, pip and g++ (Debian: apt-get install python3-pip g++), then run `npm run setup`'
      : 'run `npm run setup` again';
  console.warn(`set-up: ${error.message}; going on with ${fallback}. For the fast engine, ${remedy}.`);
}
