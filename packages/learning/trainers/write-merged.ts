import { type Model, writeModelFiles } from '../checkpoint/model-files.ts';
import { mergeLora } from '../model/lora.ts';
import { disposeParameters } from '../model/parameters.ts';
import type { Files } from './trainer.ts';

/** The model's files, with LoRA merged: what comes out is a model like any other. */
export function writeMerged(model: Model): Files {
  if (!model.decoder.lora) return writeModelFiles(model);
  const merged = mergeLora(model.decoder);
  try {
    return writeModelFiles({ ...model, decoder: merged });
  } finally {
    disposeParameters(merged.parameters);
  }
}
