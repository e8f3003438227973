import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run, step } from './step.mjs';

const libraries = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];

/** Compiles the N-API binding that @tensorflow/tfjs-node-gpu ships as source, and points it at libtensorflow. */
export async function compileBinding(root, libtensorflow) {
  const packageFolder = join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
  await pointTo(join(packageFolder, 'deps/lib'), libtensorflow);
  const flags = [
    '-O2',
    '-DNAPI_VERSION=8',
    `-I${join(libtensorflow, 'include')}`,
    `-I${join(root, 'node_modules/node-api-headers/include')}`,
    `-L${libtensorflow}`,
    ...libraries,
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
  await compile({
    label: 'compile the TensorFlow binding',
    sources: ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name)),
    flags,
    target: join(packageFolder, 'lib/napi-v8/tfjs_binding.node'),
    inputs: [],
  });
}

/** Compiles our fused ops for the very processor that this is. */
export async function compileOps(root, libtensorflow) {
  const folder = join(root, 'gpu-workers/native');
  const sources = (await readdir(folder)).filter((name) => /\.(cc|h)$/.test(name)).sort();
  const flags = [
    '-O3',
    // All of -ffast-math but the promise that no infinity occurs: attention masks with one.
    '-fno-math-errno',
    '-fno-trapping-math',
    '-fno-signed-zeros',
    '-fassociative-math',
    '-freciprocal-math',
    '-march=native',
    '-fvisibility=hidden',
    '-w',
    `-I${join(libtensorflow, 'include')}`,
    `-I${join(root, 'node_modules/node-api-headers/include')}`,
    `-L${libtensorflow}`,
    '-l:libtensorflow_framework.so.2',
    `-Wl,-rpath,${libtensorflow}`,
  ];
  const target = join(folder, 'laurel_ops.node');
  await compile({
    label: 'compile the fused ops',
    sources: [join(folder, 'laurel_ops.cc')],
    flags,
    target,
    inputs: sources.map((name) => join(folder, name)),
  });
  // The engine loads them on no other.
  await writeFile(`${target}.processor`, await processorFlags());
}

/**
 * One compiler call, left out when the target was made by the same call from the same inputs.
 * @throws {Missing} when there is no g++.
 */
async function compile({ label, sources, flags, target, inputs }) {
  const args = ['-std=c++17', '-fPIC', '-shared', ...sources, ...flags];
  const key = await keyOf(args, [...sources, ...inputs]);
  const stamp = `${target}.key`;
  if (existsSync(target) && (await readFile(stamp, 'utf8').catch(() => '')) === key) return;
  await mkdir(dirname(target), { recursive: true });
  const unfinished = `${target}.unfinished`;
  await step(label, () => run('g++', [...args, '-o', unfinished]));
  await rename(unfinished, target);
  await writeFile(stamp, key);
}

async function keyOf(args, files) {
  const hash = createHash('sha256')
    .update(JSON.stringify(args))
    .update(await processorFlags());
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

/** What the processor can do, as Linux lists it. */
async function processorFlags() {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return text.match(/^(flags|Features)\s*:.*$/m)?.[0] ?? '';
}

async function pointTo(link, target) {
  if ((await readlink(link).catch(() => '')) === target) return;
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { recursive: true, force: true });
  await symlink(target, link);
}
