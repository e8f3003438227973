import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  disposeParameters,
  type Files,
  type Kernels,
  type ModelConfig,
  readModelFiles,
  type Tokenizer,
} from '@laurel/learning';
import { loadEngine, usesGpu } from '../../gpu-workers/engine/native.ts';
import type { Ready } from '../core/protocol.ts';

/** The engine, and what we say when ready. @throws {Error} without a GPU or the fused ops, whose speed is in question */
export async function loadLaurel(): Promise<{ kernels: Kernels; ready: Ready }> {
  const { grade, precision, kernels } = await loadEngine();
  if (grade !== 'fused' && !usesGpu())
    throw new Error(`the fused engine did not load, only ${grade}: run \`npm run setup\``);
  return { kernels, ready: { name: 'Laurel', versions: { node: process.versions.node }, precision } };
}

/** A model of the folder: `model` or `reward-model`. */
export function readModel(folder: string, name: string): Files {
  const path = join(folder, name);
  return Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file))]));
}

/** What a model is, without its weights. */
export function readDescription(files: Files): { config: ModelConfig; tokenizer: Tokenizer } {
  const { decoder, tokenizer } = readModelFiles(files);
  disposeParameters(decoder.parameters);
  return { config: decoder.config, tokenizer };
}

export function readRows<Row>(folder: string, name: string): Row[] {
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
}
