import { AuditEntries } from './resources/audit-entries.ts';
import { Datasets } from './resources/datasets.ts';
import { Endpoints } from './resources/endpoints.ts';
import { type Health, health } from './resources/health.ts';
import { Jobs } from './resources/jobs.ts';
import { Keys } from './resources/keys.ts';
import { ModelUploads } from './resources/model-uploads.ts';
import { Models } from './resources/models.ts';
import { Pipelines } from './resources/pipelines.ts';
import { Projects } from './resources/projects.ts';
import { Usage } from './resources/usage.ts';
import { WebhookEndpoints } from './resources/webhook-endpoints.ts';
import { type CallOptions, type LaurelOptions, Transport } from './transport.ts';

/**
 * A client of the Laurel service, for Node and browsers.
 * @example
 * const laurel = new Laurel({ baseUrl: 'http://127.0.0.1:8787', apiKey: 'lk_…' });
 * const job = await laurel.jobs.create({ type: 'sft', parent: 'mv_…', dataset: 'ds_…', output_model: 'summarizer' });
 * const { model_version } = await laurel.jobs.wait(job.id);
 */
export class Laurel {
  readonly projects: Projects;
  readonly keys: Keys;
  readonly datasets: Datasets;
  readonly jobs: Jobs;
  readonly pipelines: Pipelines;
  readonly models: Models;
  readonly modelUploads: ModelUploads;
  readonly endpoints: Endpoints;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly usage: Usage;
  readonly auditEntries: AuditEntries;
  readonly #transport: Transport;

  constructor(options: LaurelOptions) {
    this.#transport = new Transport(options);
    this.projects = new Projects(this.#transport);
    this.keys = new Keys(this.#transport);
    this.datasets = new Datasets(this.#transport);
    this.jobs = new Jobs(this.#transport);
    this.pipelines = new Pipelines(this.#transport);
    this.models = new Models(this.#transport);
    this.modelUploads = new ModelUploads(this.#transport);
    this.endpoints = new Endpoints(this.#transport);
    this.webhookEndpoints = new WebhookEndpoints(this.#transport);
    this.usage = new Usage(this.#transport);
    this.auditEntries = new AuditEntries(this.#transport);
  }

  /** How the service is; needs no key. */
  health(options: CallOptions = {}): Promise<Health> {
    return health(this.#transport, options);
  }
}
