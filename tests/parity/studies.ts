import type { Kernels } from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import type { Comparison } from './comparison.ts';
import { FAMILIES, FAMILIES_WITH_EVERY_LOSS } from './fixtures.ts';
import { dpo } from './quantities/dpo.ts';
import { generation } from './quantities/generation.ts';
import { languageModel } from './quantities/language-model.ts';
import { lora } from './quantities/lora.ts';
import { advantages, ppoPolicy, ppoValue } from './quantities/ppo.ts';
import { rewardLossOptions, rewardModel } from './quantities/reward-model.ts';
import { schedules, training } from './quantities/training.ts';

/** Quantities that are compared together, for one family at a time. */
interface Study {
  name: string;
  families: readonly string[];
  compare: (kernels: Kernels, family: string) => Comparison[];
}

const NO_MODEL = ['(no model)'];

const studies: Study[] = [
  { name: 'next-token loss (SFT)', families: FAMILIES, compare: languageModel },
  {
    name: 'reward pair loss, read at the last real token (detail 3) (detail 4) (detail 5)',
    families: FAMILIES,
    compare: rewardModel,
  },
  { name: 'reward pair loss with margins and weights', families: NO_MODEL, compare: rewardLossOptions },
  { name: 'LoRA', families: FAMILIES, compare: lora },
  { name: 'learning-rate schedules', families: NO_MODEL, compare: schedules },
  { name: 'twenty steps of AdamW', families: FAMILIES, compare: training },
  { name: 'generation', families: FAMILIES, compare: generation },
  {
    name: 'GAE, whitening and token rewards, unpadded, equal the masked ones (detail 10) (detail 11)',
    families: FAMILIES_WITH_EVERY_LOSS,
    compare: advantages,
  },
  { name: 'PPO policy loss', families: FAMILIES_WITH_EVERY_LOSS, compare: ppoPolicy },
  { name: 'PPO value loss', families: FAMILIES_WITH_EVERY_LOSS, compare: ppoValue },
  { name: 'DPO', families: FAMILIES_WITH_EVERY_LOSS, compare: dpo },
];

/** Every study of every family; what `npm run parity` prints and what the tests check. */
export const STUDIES = studies.flatMap(({ name, families, compare }) =>
  families.map((family) => ({
    name: `${name}: ${family}`,
    family,
    /** Frees every tensor that it makes. */
    compare: (kernels: Kernels): Comparison[] => {
      let comparisons: Comparison[] = [];
      tf.tidy(() => {
        comparisons = compare(kernels, family);
      });
      return comparisons;
    },
  })),
);
