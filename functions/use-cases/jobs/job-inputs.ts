import { type DatasetKind, datasetKind, type JobSpec, type JobType, type ModelKind, shapesOf } from '@laurel/contracts';

/** An object that a job's spec names, and what it has to be. */
export interface DatasetInput {
  /** RFC 6901, into the spec. */
  pointer: string;
  id: string;
  kinds: readonly DatasetKind[];
}

export interface ModelInput {
  pointer: string;
  id: string;
  kinds: readonly ModelKind[];
}

const MAIN_DATASET: Record<Exclude<JobType, 'import' | 'export'>, readonly DatasetKind[]> = {
  pretrain: ['text'],
  sft: ['demonstrations'],
  reward_model: ['comparisons'],
  dpo: ['comparisons'],
  ppo: ['prompts', 'demonstrations'],
  rejection_sampling: ['prompts', 'demonstrations'],
  best_of_n: ['prompts', 'demonstrations'],
  evaluation: ['demonstrations'],
  bulk_score: ['candidates', 'comparisons', 'demonstrations', 'ratings'],
};

/** The datasets that a job reads. */
export function datasetsOf(spec: JobSpec): DatasetInput[] {
  if (spec.type === 'import') return [];
  if (spec.type === 'export') {
    const { source } = spec;
    if (source.type === 'model_version') return [];
    const kinds = datasetKind.options.filter((kind) => shapesOf(kind).includes(source.shape));
    return [{ pointer: '/source/dataset', id: source.dataset, kinds }];
  }
  const needsReferences = spec.type === 'ppo' && spec.hyperparameters.subtract_reference_score;
  const inputs: DatasetInput[] = [
    { pointer: '/dataset', id: spec.dataset, kinds: needsReferences ? ['demonstrations'] : MAIN_DATASET[spec.type] },
  ];
  if (spec.type === 'reward_model') {
    inputs.push({ pointer: '/reference_dataset', id: spec.reference_dataset, kinds: ['demonstrations'] });
  }
  if (spec.type === 'evaluation' && spec.comparisons) {
    inputs.push({ pointer: '/comparisons', id: spec.comparisons, kinds: ['comparisons'] });
  }
  if (spec.type === 'evaluation' && spec.ratings) {
    inputs.push({ pointer: '/ratings', id: spec.ratings, kinds: ['ratings'] });
  }
  if (spec.type === 'evaluation' && spec.transfer_dataset) {
    inputs.push({ pointer: '/transfer_dataset', id: spec.transfer_dataset, kinds: ['demonstrations'] });
  }
  return inputs;
}

const LANGUAGE_MODELS = ['base', 'policy'] as const;

/** The models that a job starts from, learns against, judges or gives out: model versions and checkpoints of jobs. */
export function modelsOf(spec: JobSpec): ModelInput[] {
  switch (spec.type) {
    case 'import':
    case 'pretrain':
      return [];
    case 'sft':
    case 'reward_model':
    case 'dpo':
      return [{ pointer: '/parent', id: spec.parent, kinds: LANGUAGE_MODELS }];
    case 'ppo':
      return [
        { pointer: '/policy', id: spec.policy, kinds: ['policy'] },
        { pointer: '/reward_model', id: spec.reward_model, kinds: ['reward_model'] },
      ];
    case 'rejection_sampling':
    case 'best_of_n':
      return [
        { pointer: '/policy', id: spec.policy, kinds: LANGUAGE_MODELS },
        { pointer: '/reward_model', id: spec.reward_model, kinds: ['reward_model'] },
      ];
    case 'evaluation':
      return [
        { pointer: '/reward_model', id: spec.reward_model, kinds: ['reward_model'] },
        { pointer: '/reference_policy', id: spec.reference_policy, kinds: LANGUAGE_MODELS },
        ...spec.policies.map((id, i): ModelInput => ({ pointer: `/policies/${i}`, id, kinds: LANGUAGE_MODELS })),
      ];
    case 'bulk_score':
      return [{ pointer: '/reward_model', id: spec.reward_model ?? '', kinds: ['reward_model'] }];
    case 'export':
      return spec.source.type === 'dataset'
        ? []
        : [
            {
              pointer: '/source/model_version',
              id: spec.source.model_version,
              kinds: ['base', 'policy', 'reward_model'],
            },
          ];
  }
}

/** The upload of a model that a job imports. */
export const uploadOf = (spec: JobSpec): string | undefined =>
  spec.type === 'import' && spec.source.type === 'upload' ? spec.source.upload : undefined;
