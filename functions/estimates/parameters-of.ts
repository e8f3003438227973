/** How large a model is. */
export interface ModelSize {
  /** In the matrices of all blocks: what a token is multiplied with. */
  blockParameters: number;
  /** The vocabulary's rows. */
  embeddingParameters: number;
}

export const parametersOf = ({ blockParameters, embeddingParameters }: ModelSize): number =>
  blockParameters + embeddingParameters;

/** The size that a config.json of Hugging Face's layout tells: GPT-2's names, or those of GPT-NeoX, Llama and Qwen2. */
export function sizeOfConfig(config: Readonly<Record<string, unknown>>): ModelSize {
  const number = (...names: string[]) => Number(names.map((name) => config[name]).find((value) => value) ?? 0);
  const width = number('n_embd', 'hidden_size');
  const heads = number('n_head', 'num_attention_heads');
  const keysAndValues = (2 * number('num_key_value_heads', 'n_head', 'num_attention_heads')) / heads;
  const attention = (2 + keysAndValues) * width ** 2;
  const isGated = config.model_type === 'llama' || config.model_type === 'qwen2';
  const inner = number('n_inner', 'intermediate_size') || 4 * width;
  const blockParameters = number('n_layer', 'num_hidden_layers') * (attention + (isGated ? 3 : 2) * inner * width);
  return { blockParameters, embeddingParameters: number('vocab_size') * width };
}
