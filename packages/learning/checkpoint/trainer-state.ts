import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '../model/kernels.ts';
import type { Files } from '../trainers/trainer.ts';
import { readSafetensors, type TensorValues, writeSafetensors } from './safetensors.ts';

/** What a trainer needs beside the model to go on exactly where it stood. */
export interface TrainerState {
  /** Small things, as JSON: step, generator states, the order of the data. */
  progress: Record<string, unknown>;
  /** Records of tensors by name, such as the optimiser's moments. */
  tensors: Record<string, Parameters>;
}

/** `trainer.json` and `trainer.safetensors`. float32 is kept bit for bit. */
export function writeTrainerState({ progress, tensors }: TrainerState): Files {
  const flat: Record<string, TensorValues> = {};
  for (const [record, parameters] of Object.entries(tensors))
    for (const [name, tensor] of Object.entries(parameters))
      flat[`${record}/${name}`] = { shape: tensor.shape, values: tensor.dataSync<'float32'>() };
  return {
    'trainer.json': new TextEncoder().encode(JSON.stringify(progress)),
    'trainer.safetensors': writeSafetensors(flat),
  };
}

/** The state again; the caller owns its tensors. Throws, naming the file, if the checkpoint lacks one. */
export function readTrainerState(files: Files): TrainerState {
  const [json, weights] = ['trainer.json', 'trainer.safetensors'].map((name) => {
    const bytes = files[name];
    if (!bytes) throw new Error(`the checkpoint has no ${name}; resume from one that was written whole`);
    return bytes;
  }) as [Uint8Array, Uint8Array];
  const tensors: Record<string, Parameters> = {};
  for (const [path, { shape, values }] of Object.entries(readSafetensors(weights))) {
    const [record = '', name = ''] = path.split('/');
    tensors[record] ??= {};
    tensors[record][name] = tf.tensor(values, [...shape], 'float32');
  }
  return { progress: JSON.parse(new TextDecoder().decode(json)), tensors };
}
