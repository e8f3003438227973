import { type Model, readModelFiles } from '../checkpoint/model-files.ts';
import { disposeParameters } from '../model/parameters.ts';
import type { Files } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';

/** A language model from its files. @throws {UnsuitableInput} for a reward model */
export const readPolicy = (files: Files, role: string) => readKind(files, role, false);

/** A reward model from its files. @throws {UnsuitableInput} for a language model */
export const readRewardModel = (files: Files, role: string) => readKind(files, role, true);

function readKind(files: Files, role: string, isReward: boolean): Model {
  const model = readModelFiles(files);
  if ((model.kind === 'reward_model') === isReward) return model;
  disposeParameters(model.decoder.parameters);
  const [expected, found] = isReward ? ['a reward model', 'a language model'] : ['a language model', 'a reward model'];
  throw new UnsuitableInput(`${role} must be ${expected}, and ${found} was given: name another model version.`);
}
