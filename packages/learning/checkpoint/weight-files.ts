import type { Files } from '../trainers/trainer.ts';
import { openSafetensors, type StoredTensor, type TensorValues, writeSafetensors } from './safetensors.ts';

const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** S3 takes 5 GB in one piece. */
const MAX_SHARD_BYTES = 4 * 2 ** 30;

/** `model.safetensors`, or above the limit shards and `model.safetensors.index.json`, which says where each tensor lies. */
export function writeWeights(tensors: Record<string, TensorValues>, maxShardBytes = MAX_SHARD_BYTES): Files {
  const shards: Record<string, TensorValues>[] = [];
  let room = 0;
  let sizeBytes = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const bytes = tensor.values.byteLength;
    if (bytes > room || shards.length === 0) {
      shards.push({});
      room = maxShardBytes;
    }
    (shards.at(-1) as Record<string, TensorValues>)[name] = tensor;
    room -= bytes;
    sizeBytes += bytes;
  }
  const [whole = {}] = shards;
  if (shards.length <= 1) return { [WEIGHTS]: writeSafetensors(whole) };

  const files: Files = {};
  const places: Record<string, string> = {};
  shards.forEach((shard, i) => {
    const file = `model-${fiveDigits(i + 1)}-of-${fiveDigits(shards.length)}.safetensors`;
    files[file] = writeSafetensors(shard);
    for (const name of Object.keys(shard)) places[name] = file;
  });
  const index = { metadata: { total_size: sizeBytes }, weight_map: places };
  return { ...files, [INDEX]: new TextEncoder().encode(`${JSON.stringify(index, null, 2)}\n`) };
}

const fiveDigits = (value: number) => String(value).padStart(5, '0');

/** The tensors of whole weights or of all shards. @throws where there are neither, or a shard is missing */
export function openWeights(files: Files): Record<string, StoredTensor> {
  const whole = files[WEIGHTS];
  if (whole) return openSafetensors(whole);
  const index = files[INDEX];
  if (!index) throw new Error(`the model has no ${WEIGHTS} and no ${INDEX}`);
  const { weight_map: places = {} } = JSON.parse(new TextDecoder().decode(index)) as {
    weight_map?: Record<string, string>;
  };
  const shards = [...new Set(Object.values(places))].map((name) => {
    const shard = files[name];
    if (!shard) throw new Error(`the model has no ${name}, which ${INDEX} names`);
    return openSafetensors(shard);
  });
  return Object.assign({}, ...shards) as Record<string, StoredTensor>;
}
