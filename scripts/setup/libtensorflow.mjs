import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { Missing, run, step } from './step.mjs';

const version = '2.21.0';

/** The wheels that hold libtensorflow, by platform; CPython 3.11 is only a name here, no Python runs what is in them. */
const wheels = {
  'linux-x64-cuda': {
    project: 'tensorflow',
    platform: 'manylinux_2_27_x86_64',
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    megabytes: 572,
    cuda: true,
  },
  'linux-x64': {
    project: 'tensorflow-cpu',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    megabytes: 270,
  },
  'linux-arm64': {
    project: 'tensorflow',
    platform: 'manylinux_2_27_aarch64',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    megabytes: 282,
  },
};

// The libraries, and the headers less the two thirds of them that no op of ours includes.
const unpack = `
import sys, zipfile
wheel, target = sys.argv[1:]
libraries = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
unused = ('tensorflow/include/external/', 'tensorflow/include/tensorflow/compiler/', 'tensorflow/include/xla/')
needed = lambda name: name in libraries or name.startswith('tensorflow/include/') and not name.startswith(unused)
archive = zipfile.ZipFile(wheel)
archive.extractall(target, [name for name in archive.namelist() if needed(name) or name.startswith('tensorflow/include/xla/tsl/')])
`;

/** CUDA's libraries, pinned; NVIDIA's driver is the machine's own. */
const cudaLibraries = fileURLToPath(new URL('cuda-libraries.txt', import.meta.url));

/** With NVIDIA's driver here, or with LAUREL_CUDA=1 where an image is built for a machine that has it, the build that uses it. */
export function thisPlatform() {
  const hasCuda = process.env.LAUREL_CUDA === '1' || existsSync('/proc/driver/nvidia/version');
  return `${process.platform}-${process.arch}${hasCuda ? '-cuda' : ''}`;
}

/**
 * Answers the folder that holds libtensorflow and its headers (`include/`), fetching them first if need be.
 * What lies under its final name is complete: it is filled elsewhere and renamed.
 * @throws {Missing} without Python or pip, or on a platform for which no wheel is known.
 */
export async function provisionLibtensorflow(cache, platform = thisPlatform()) {
  const packages = join(cache, `tensorflow-${version}-${platform}`);
  const folder = join(packages, 'tensorflow');
  if (existsSync(packages)) return folder;
  const wheel = wheels[platform];
  if (!wheel) throw new Missing(`no libtensorflow is known for ${platform}`);
  const unfinished = `${packages}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const path = await step(`download libtensorflow ${version} (${wheel.megabytes} MB)`, () =>
    download(wheel, unfinished),
  );
  await step('unpack libtensorflow', async () => {
    await verify(path, wheel.sha256);
    await run('python3', ['-c', unpack, path, unfinished]);
    await rm(path);
  });
  if (wheel.cuda) await step("download CUDA's libraries (2,800 MB)", () => installCudaLibraries(wheel, unfinished));
  await rename(unfinished, packages);
  return folder;
}

async function download({ project, platform }, folder) {
  await run('python3', ['-m', 'pip', '--version']).catch((cause) => {
    throw new Missing('python3 with pip is missing', { cause });
  });
  const options = ['--no-deps', '--only-binary=:all:', '--python-version', '3.11', '--platform', platform];
  await run('python3', ['-m', 'pip', 'download', '--dest', folder, ...options, `${project}==${version}`]);
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.whl'));
  return join(folder, name);
}

/** Beside libtensorflow, which looks for them in `../nvidia`. */
async function installCudaLibraries({ platform }, folder) {
  const platforms = [platform, 'manylinux2014_x86_64'].flatMap((name) => ['--platform', name]);
  const options = ['--no-deps', '--only-binary=:all:', '--no-compile', '--require-hashes', ...platforms];
  await run('python3', ['-m', 'pip', 'install', '--target', folder, ...options, '-r', cudaLibraries]);
}

/** @throws {Error} when the file is not the one that was pinned. */
async function verify(path, sha256) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const actual = hash.digest('hex');
  if (actual !== sha256) throw new Error(`${path} was refused: its sha256 is ${actual}, not ${sha256}`);
}
