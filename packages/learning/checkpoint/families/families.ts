import type { ModelFamily } from '../../model/model-config.ts';
import type { FamilyFiles } from './family-files.ts';
import { gptNeox } from './gpt-neox.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { qwen2 } from './qwen2.ts';

/** Families by the `model_type` of their config.json. */
export const FAMILIES: Record<ModelFamily, FamilyFiles> = { gpt2, gpt_neox: gptNeox, llama, qwen2 };
