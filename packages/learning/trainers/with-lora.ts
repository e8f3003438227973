import type { Model } from '../checkpoint/model-files.ts';
import type { Decoder, Lora, Parameters } from '../model/kernels.ts';
import { initialiseLora } from '../model/parameters.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import type { Files } from './trainer.ts';

/**
 * The decoder with new adapters, which change nothing yet (Hu et al. 2021, section 4.1). Its record is a new one that shares every
 * tensor of `base`: they are trained by nobody, so that any number of decoders can stand on them.
 */
export function withLora(base: Decoder, lora: Lora, random: RandomGenerator): Decoder {
  const adapters = initialiseLora(base.config, lora, random);
  return { config: base.config, parameters: { ...base.parameters, ...adapters }, lora };
}

/**
 * The tensors of a decoder that training changes, and that its optimiser remembers and its checkpoints hold: all, or with LoRA
 * the adapters and the scalar head. A new record of the same tensors.
 */
export function trainedParameters({ parameters, lora }: Decoder): Parameters {
  if (!lora) return { ...parameters };
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => /\.lora_[AB]$|^score\./.test(name)));
}

/** Puts other values in the place of a decoder's tensors of the same names: takes over `tensors` and frees those that they replace. */
export function replaceParameters({ parameters }: Decoder, tensors: Parameters): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    parameters[name]?.dispose();
    parameters[name] = tensor;
  }
}

/** The model that a run begins or goes on from: the parent's, or the checkpoint's, which with LoRA holds no base. */
export function filesToStartFrom(job: {
  parent: Files;
  resumeFrom?: Files | undefined;
  hyperparameters: { lora?: object | undefined };
}): Files {
  return job.hyperparameters.lora ? job.parent : (job.resumeFrom ?? job.parent);
}

/** The model with new adapters, where the settings ask for LoRA. */
export function adaptWhereAsked(model: Model, lora: Lora | null, random: RandomGenerator): Model {
  return lora ? { ...model, decoder: withLora(model.decoder, lora, random.fork('lora')) } : model;
}
