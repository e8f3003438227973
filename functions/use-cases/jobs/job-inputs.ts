import type { DatasetKind, JobSpec, JobType, ModelKind } from '@laurel/contracts';

/** An object that a job's spec names, and what it has to be. */
export interface DatasetInput {
  /** RFC 6901, into the spec. */
  pointer: string;
  id: string;
  kind: DatasetKind;
}

export interface ModelInput {
  pointer: string;
  id: string;
  kinds: readonly ModelKind[];
}

const MAIN_DATASET: Record<Exclude<JobType, 'import'>, DatasetKind> = {
  pretrain: 'text',
  sft: 'demonstrations',
  reward_model: 'comparisons',
  dpo: 'comparisons',
  ppo: 'demonstrations',
  rejection_sampling: 'demonstrations',
  evaluation: 'demonstrations',
};

/** The datasets that a job reads. */
export function datasetsOf(spec: JobSpec): DatasetInput[] {
  if (spec.type === 'import') return [];
  const inputs: DatasetInput[] = [{ pointer: '/dataset', id: spec.dataset, kind: MAIN_DATASET[spec.type] }];
  if (spec.type === 'reward_model') {
    inputs.push({ pointer: '/reference_dataset', id: spec.reference_dataset, kind: 'demonstrations' });
  }
  if (spec.type === 'evaluation' && spec.comparisons) {
    inputs.push({ pointer: '/comparisons', id: spec.comparisons, kind: 'comparisons' });
  }
  if (spec.type === 'evaluation' && spec.ratings) {
    inputs.push({ pointer: '/ratings', id: spec.ratings, kind: 'ratings' });
  }
  if (spec.type === 'evaluation' && spec.transfer_dataset) {
    inputs.push({ pointer: '/transfer_dataset', id: spec.transfer_dataset, kind: 'demonstrations' });
  }
  return inputs;
}

/** The model versions that a job starts from, learns against or judges. */
export function modelsOf(spec: JobSpec): ModelInput[] {
  switch (spec.type) {
    case 'import':
    case 'pretrain':
      return [];
    case 'sft':
    case 'reward_model':
    case 'dpo':
      return [{ pointer: '/parent', id: spec.parent, kinds: ['base', 'policy'] }];
    case 'ppo':
      return [
        { pointer: '/policy', id: spec.policy, kinds: ['policy'] },
        { pointer: '/reward_model', id: spec.reward_model, kinds: ['reward_model'] },
      ];
    case 'rejection_sampling':
      return [
        { pointer: '/policy', id: spec.policy, kinds: ['base', 'policy'] },
        { pointer: '/reward_model', id: spec.reward_model, kinds: ['reward_model'] },
      ];
    case 'evaluation':
      return [
        { pointer: '/reward_model', id: spec.reward_model, kinds: ['reward_model'] },
        { pointer: '/reference_policy', id: spec.reference_policy, kinds: ['base', 'policy'] },
        ...spec.policies.map((id, i): ModelInput => ({ pointer: `/policies/${i}`, id, kinds: ['base', 'policy'] })),
      ];
  }
}

/** The upload of a model that a job imports. */
export const uploadOf = (spec: JobSpec): string | undefined =>
  spec.type === 'import' && spec.source.type === 'upload' ? spec.source.upload : undefined;
