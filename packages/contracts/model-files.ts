const DESCRIPTIONS = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json'];
const WEIGHTS = 'model.safetensors';
const WEIGHTS_INDEX = 'model.safetensors.index.json';
const SHARD = /^model-\d{5}-of-\d{5}\.safetensors$/;

const MAX_DESCRIPTION_BYTES = 64 * 2 ** 20;
const MAX_WEIGHTS_BYTES = 32 * 2 ** 30;

/** The files of a model that are taken in, by Hugging Face's names. */
export const isModelFile = (name: string): boolean =>
  DESCRIPTIONS.includes(name) || name === WEIGHTS || name === WEIGHTS_INDEX || SHARD.test(name);

/** The most that such a file may have. */
export const maxModelFileBytes = (name: string): number =>
  name.endsWith('.json') ? MAX_DESCRIPTION_BYTES : MAX_WEIGHTS_BYTES;

/** Of all files in a place, those that make up its model: whole weights come before shards, where there are both. */
export function modelFilesAmong(names: readonly string[]): string[] {
  const wanted = names.filter(isModelFile);
  return names.includes(WEIGHTS) ? wanted.filter((name) => name !== WEIGHTS_INDEX && !SHARD.test(name)) : wanted;
}

/** What a model needs and is not among the files, each with the remedy. Empty for a whole model. */
export function lackingModelFiles(names: readonly string[]): string[] {
  const lacking: string[] = [];
  if (!names.includes('config.json')) lacking.push('There is no config.json: name the place that holds the model.');
  if (!names.includes('tokenizer.json')) {
    lacking.push(
      'There is no tokenizer.json: AutoTokenizer.from_pretrained(…).save_pretrained(…) of transformers writes one.',
    );
  }
  if (names.includes(WEIGHTS) || names.includes(WEIGHTS_INDEX)) return lacking;
  const pickle = names.find((name) => /\.(bin|pt|pth|ckpt|pkl)$/.test(name));
  lacking.push(
    pickle
      ? `There is no ${WEIGHTS}. ${pickle} is a pickle, which can run code when it is read, so it is not: from_pretrained(…).save_pretrained(…) of transformers writes safetensors.`
      : `There is neither ${WEIGHTS} nor ${WEIGHTS_INDEX} with its shards.`,
  );
  return lacking;
}
