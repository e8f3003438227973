import type { Job, JobSpec, Laurel } from '@laurel/sdk';
import { showProgress } from './progress.ts';

type Kind = Parameters<Laurel['datasets']['upload']>[0]['kind'];

/** Does through the public API what the demonstration is made of, and prints how it goes. */
export class Runner {
  readonly laurel: Laurel;

  constructor(laurel: Laurel) {
    this.laurel = laurel;
  }

  /** Uploads rows; returns the dataset's id. */
  async upload(kind: Kind, name: string, rows: object[]): Promise<string> {
    const dataset = await this.laurel.datasets.upload({ kind, name: `demo ${name}` }, rows);
    console.log(`  ${name.padEnd(24)} ${rows.length.toLocaleString('en')} rows → ${dataset.id}`);
    return dataset.id;
  }

  async run(spec: JobSpec): Promise<Job> {
    return await showProgress(this.laurel, await this.laurel.jobs.create(spec));
  }

  /** Runs a training job; returns the model version that it ends in. */
  async train(spec: JobSpec): Promise<string> {
    const { id, model_version } = await this.run(spec);
    if (!model_version) throw new Error(`${id} succeeded but names no model version.`);
    return model_version;
  }
}
