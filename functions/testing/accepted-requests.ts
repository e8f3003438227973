import { pretrain, rows } from './fixtures.ts';
import type { Call } from './test-api.ts';

/** Ids of one project's objects, by the part of a path that stands before an id; the last ones are named by requests alone. */
export interface Ids {
  organisations: string;
  projects: string;
  keys: string;
  /** Of texts. */
  datasets: string;
  jobs: string;
  pipelines: string;
  models: string;
  'model-versions': string;
  'model-uploads': string;
  'dataset-deletions': string;
  'dataset-uploads': string;
  /** One that generates. */
  endpoints: string;
  'webhook-endpoints': string;

  webhookDelivery: string;
  demonstrations: string;
  comparisons: string;
  rewardVersion: string;
  rewardEndpoint: string;
  policyName: string;
  rewardName: string;
}

type Accepted = Omit<Call, 'key'> & {
  /** Behind the path, with its question mark. */
  query?: string;
  /** What stands in the path, where it is not the id of an object of the kind that the path names. */
  parameters?: Record<string, string>;
};

const idempotent = () => ({ 'idempotency-key': crypto.randomUUID() });
const ndjson = { 'content-type': 'application/x-ndjson' };

/**
 * What each operation takes besides its path, by its `operationId`, so that nothing but the caller can be what is refused. An operation
 * with a body, a required parameter, or more than `{id}` in its path has to be here; `security.test.ts` says which is missing.
 */
export const acceptedRequests: Record<string, (ids: Ids) => Accepted> = {
  'projects.create': () => ({ json: { name: 'p' } }),
  'keys.create': () => ({ json: { name: 'k', scopes: ['score'] } }),

  'projects.setQuota': () => ({ json: { live_jobs: 1000 } }),
  'projects.setRetention': () => ({ json: { job_logs_days: 365 } }),
  // A log names whatever its project has asked about, also what it was told that there is not.
  'auditEntries.list': () => ({ query: '?operation=keys.create' }),
  'auditEntries.export': () => ({ query: '?operation=keys.create' }),
  'keys.update': () => ({ json: { name: 'k' } }),

  'datasets.upload': () => ({ query: '?kind=text&name=t', headers: ndjson, body: JSON.stringify(rows.text) }),
  'datasets.append': () => ({ headers: ndjson, body: JSON.stringify(rows.text) }),

  'datasetUploads.create': () => ({ json: { kind: 'text', name: 'd', size_bytes: 1 } }),

  'jobs.create': ({ datasets }) => ({ headers: idempotent(), json: pretrain(datasets) }),
  'jobs.estimate': ({ datasets }) => ({ json: pretrain(datasets) }),
  'pipelines.create': ({ 'model-versions': base, demonstrations, comparisons }) => ({
    headers: idempotent(),
    json: { name: 'p', base, demonstrations, comparisons, held_out: demonstrations },
  }),

  'modelUploads.putFile': () => ({ parameters: { name: 'config.json' }, body: '{}' }),
  'modelVersions.downloadFile': () => ({ parameters: { name: 'golden.json' } }),

  'modelVersions.annotate': () => ({ json: { tags: ['t'] } }),
  'modelVersions.compare': ({ 'model-versions': other }) => ({ parameters: { other } }),
  'modelVersions.compareScores': ({ rewardVersion, comparisons: dataset }) => ({
    parameters: { id: rewardVersion, other: rewardVersion },
    json: { dataset },
  }),
  'models.moveAlias': ({ 'model-versions': model_version }) => ({
    parameters: { alias: 'production' },
    json: { model_version, reason: 'r' },
  }),
  'models.alias': () => ({ parameters: { alias: 'production' } }),
  'models.aliasHistory': () => ({ parameters: { alias: 'production' } }),

  'endpoints.create': ({ 'model-versions': model_version }) => ({ json: { name: 'another', model_version } }),
  'endpoints.publish': ({ 'model-versions': model_version }) => ({ json: { model_version } }),
  'endpoints.route': () => ({ json: { live: 1 } }),
  'endpoints.score': ({ rewardEndpoint: id }) => ({
    parameters: { id },
    json: { items: [{ prompt: 'P', completions: ['a'] }] },
  }),
  'endpoints.generate': () => ({ json: { prompts: ['P'] } }),
  'endpoints.compare': ({ rewardEndpoint: id }) => ({
    parameters: { id },
    json: { items: [{ prompt: 'P', a: 'a', b: 'b' }] },
  }),
  'endpoints.rerank': ({ rewardEndpoint: id }) => ({ parameters: { id }, json: { prompt: 'P', completions: ['a'] } }),
  'endpoints.bestOfN': ({ rewardEndpoint: id, policyName: policy }) => ({
    parameters: { id },
    json: { policy, prompts: ['P'] },
  }),
  'endpoints.explain': ({ rewardEndpoint: id }) => ({ parameters: { id }, json: { prompt: 'P', completion: 'a' } }),
  'webhookEndpoints.create': () => ({ json: { url: 'https://127.0.0.1/' } }),
  'webhookEndpoints.update': () => ({ json: { description: 'd' } }),
  'webhookEndpoints.replay': ({ webhookDelivery: delivery }) => ({ parameters: { delivery } }),

  'openai.chatCompletions': ({ policyName: model }) => ({
    json: { model, messages: [{ role: 'user', content: 'P' }] },
  }),
  'openai.completions': ({ policyName: model }) => ({ json: { model, prompt: 'P' } }),
  'cohere.rerank': ({ rewardName: model }) => ({ json: { model, query: 'P', documents: ['a'] } }),
  'tei.rerank': ({ rewardEndpoint: id }) => ({ parameters: { id }, json: { query: 'P', texts: ['a'] } }),
  'openrlhf.getReward': ({ rewardEndpoint: id }) => ({ parameters: { id }, json: { query: ['Pa'], prompts: ['P'] } }),

  'worker.heartbeat': () => ({ json: { stage: 's', step: 0, total_steps: 1 } }),
  'worker.events': () => ({ json: { events: [] } }),
  'worker.metrics': () => ({ json: { points: [] } }),
  'worker.fail': () => ({ json: { code: 'c', detail: 'd', retryable: false } }),
  'worker.complete': () => ({
    json: { result: { type: 'report', key: 'k' }, metrics: {} },
  }),
};
