import type { ModelConfig } from '../../model/model-config.ts';
import type { BlockParameter } from '../../model/parameters.ts';
import type { ConfigEntries } from '../config-entries.ts';

/** Where a decoder's tensor lies in a family's files. */
export interface TensorLayout {
  /** The tensors that ours is made of, in order, and the rows of each: [rows, in] or, of a bias, [rows]. */
  parts: readonly { name: string; rows: number }[];
  /** Whether the file's matrices are [out, in], as PyTorch's `Linear` has them, and ours their transpose. */
  transposed: boolean;
  /** The file's row that comes to each place of ours, where the order differs. */
  rowOrder?: readonly number[];
}

/** Layouts of a block's tensors, by our names within it and the file's names within the block. */
export type BlockLayouts = Partial<Record<BlockParameter, TensorLayout>>;

/** How a family's files say what our decoder computes: its config.json, and the names and layouts of its tensors. */
export interface FamilyFiles {
  /** Class of a language model, for `AutoModelForCausalLM`. */
  policyArchitecture: string;
  /** Class of a reward model, for `AutoModelForSequenceClassification`. */
  rewardArchitecture: string;
  /** What a decoder computes by its config.json. Throws, naming the entry, for what it does not compute. */
  readConfig: (entries: ConfigEntries) => ModelConfig;
  /** The entries that `readConfig` reads, in transformers 4's names, which transformers 5 reads too. */
  writeConfig: (config: ModelConfig) => Record<string, unknown>;
  /** The submodule that the decoder is; heads stand beside it. */
  prefix: string;
  /** The file's names of what stands outside the blocks, and of the untied head, which has no prefix. */
  names: { 'wte.weight': string; 'wpe.weight'?: string; 'ln_f.weight': string; 'ln_f.bias'?: string; head: string };
  /** The list of blocks, such as `layers`. */
  blocks: string;
  block: (config: ModelConfig) => BlockLayouts;
}
