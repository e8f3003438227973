import { Paged } from '../paged.ts';
import type { CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type { Answer, Body } from '../types.ts';

export type Project = Answer<'projects.get'>;
export type Organisation = Answer<'organisations.get'>;
export type CreatedProject = Answer<'projects.create'>;

/** Projects keep what teams upload and train apart. */
export class Projects {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Needs a key of the organisation. The answer holds the secret of the project's first key, which is never shown again. */
  create(project: Body<'projects.create'>, options: CallOptions = {}): Promise<CreatedProject> {
    return this.#transport.json('/v1/projects', { method: 'POST', json: project, ...options });
  }

  get(id: string, options: CallOptions = {}): Promise<Project> {
    return this.#transport.json(`/v1/projects/${id}`, options);
  }

  /** The organisation that projects belong to, by its id. */
  organisation(id: string, options: CallOptions = {}): Promise<Organisation> {
    return this.#transport.json(`/v1/organisations/${id}`, options);
  }

  /** What a project uses, beside what it may. */
  quota(id: string, options: CallOptions = {}): Promise<Answer<'projects.quota'>> {
    return this.#transport.json(`/v1/projects/${id}/quota`, options);
  }

  /** Limits a project, in place of the limits before; what is left out is not limited. Needs a key of the organisation. */
  setQuota(id: string, quota: Body<'projects.setQuota'>, options: CallOptions = {}): Promise<Answer<'projects.quota'>> {
    return this.#transport.json(`/v1/projects/${id}/quota`, { method: 'PUT', json: quota, ...options });
  }

  /** After how many days what of a project goes; null for never. */
  retention(id: string, options: CallOptions = {}): Promise<Answer<'projects.retention'>> {
    return this.#transport.json(`/v1/projects/${id}/retention`, options);
  }

  /** Says after how many days what goes, in place of the rules before; what is left out is kept for ever. Needs a key of the organisation. */
  setRetention(
    id: string,
    rules: Body<'projects.setRetention'>,
    options: ChangeOptions = {},
  ): Promise<Answer<'projects.setRetention'>> {
    return this.#transport.json(`/v1/projects/${id}/retention`, { method: 'PUT', json: rules, ...options });
  }

  list(query: { limit?: number } = {}, options: CallOptions = {}): Paged<Project> {
    return new Paged(this.#transport, '/v1/projects', query, options);
  }
}
