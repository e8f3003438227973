import { spawn } from 'node:child_process';

/** Something that the machine lacks; set-up goes on without what needs it. */
export class Missing extends Error {}

/**
 * Runs a command to its end and answers its output.
 * @throws {Missing} when the program does not exist; {Error} with the last lines of its output when it fails.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (cause) => reject(new Missing(`${command} is missing`, { cause })));
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} failed (${code}): ${output.trim().split('\n').slice(-8).join('\n')}`));
    });
  });
}

/** Says what is being done and how long it took. */
export async function step(label, work) {
  const start = performance.now();
  console.log(`set-up: ${label} …`);
  const result = await work();
  console.log(`set-up: ${label}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
