import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { RandomGenerator } from '@laurel/learning';
import type { Dataset } from '@laurel/sdk';
import { promise } from '../broken-promise.ts';
import type { Caller } from '../caller.ts';
import type { Customer } from '../customer.ts';

const PATH = '/v1/dataset-uploads';
const PREFIX = 'parts-';
/** Two parts. */
const LINES = 20_000;
const LINE_BYTES = 1_000;
const IDLE_MS = 300;
const MOST_KEPT = 2;

/** An upload as the API shows it; what of it matters here. */
interface PartsUpload {
  id: string;
  part_size_bytes: number;
  part_count: number;
  state: 'open' | 'completing' | 'completed' | 'failed' | 'aborted' | 'expired';
  dataset: string | null;
  error: { code: string } | null;
}

interface Going {
  id: string;
  content: Uint8Array<ArrayBuffer>;
  /** Numbers of parts that are not acknowledged yet; the upload is completed when there is none. */
  missing: number[];
  partBytes: number;
  isCompleting: boolean;
}

/** Uploads datasets in parts, one step at a time. Each step that was acknowledged counts, and the dataset that comes of them is whole. */
export class DatasetPartsCustomer implements Customer {
  readonly #caller: Caller;
  readonly #random: RandomGenerator;
  /** Hashes of the rows by the ids of the datasets. */
  readonly #made = new Map<string, string>();
  #going: Going | undefined;
  #named = 0;

  constructor(caller: Caller, random: RandomGenerator) {
    this.#caller = caller;
    this.#random = random;
  }

  async act(): Promise<void> {
    if (!this.#going) return this.#begin();
    if (this.#going.missing.length > 0) return this.#put(this.#going, this.#going.missing[0] as number);
    if (!this.#going.isCompleting) return this.#complete(this.#going);
    await setTimeout(IDLE_MS);
    await this.#follow(this.#going);
  }

  async verify(): Promise<void> {
    if (this.#going) await this.#follow(this.#going);
    const listed = await this.#caller.must('The list', async ({ datasets }) => {
      const found: Dataset[] = [];
      for await (const dataset of datasets.list({ limit: 100 }))
        if (dataset.name.startsWith(PREFIX)) found.push(dataset);
      return found;
    });
    const ready = listed.filter(({ state }) => state === 'ready');
    const isDone = async ({ id }: Dataset) => (await this.#read<PartsUpload>(this.#going?.id ?? '')).dataset === id;
    for (const dataset of ready) {
      const known = this.#made.get(dataset.id);
      if (known === undefined) promise(await isDone(dataset), 'A dataset is there that nobody made.', dataset);
      else promise(dataset.sha256 === known, 'A dataset has changed.', dataset);
    }
    promise(listed.length <= this.#made.size + 1, 'There are more datasets than uploads.', listed);
    for (const id of this.#made.keys())
      promise(
        ready.some((each) => each.id === id),
        `${id} is gone.`,
      );
  }

  async settle(): Promise<void> {
    while (this.#going) await this.act();
  }

  async #begin(): Promise<void> {
    const content = new TextEncoder().encode(this.#newLines());
    const body = { kind: 'text', name: `${PREFIX}${this.#named++}`, size_bytes: content.length };
    const begun = await this.#post('upload in parts', '', JSON.stringify(body));
    const { id, part_count, part_size_bytes } = (await begun.json()) as PartsUpload;
    const missing = Array.from({ length: part_count }, (_, i) => i + 1);
    this.#going = { id, content, missing, partBytes: part_size_bytes, isCompleting: false };
  }

  async #put(going: Going, number: number): Promise<void> {
    const urls = await this.#read<{ data: { url: string }[] }>(`${going.id}/part-urls?after=${number - 1}&limit=1`);
    const url = urls.data[0]?.url ?? '';
    const part = going.content.subarray((number - 1) * going.partBytes, number * going.partBytes);
    const outcome = await this.#caller.once('part', () =>
      this.#caller.installation.request(url, { method: 'PUT', body: part }),
    );
    promise(outcome !== 'refused', 'A part was refused.', going.id);
    if (outcome !== 'lost') going.missing.shift();
  }

  async #complete(going: Going): Promise<void> {
    await this.#post('complete', `/${going.id}/complete`);
    going.isCompleting = true;
  }

  async #follow(going: Going): Promise<void> {
    const upload = await this.#read<PartsUpload>(going.id);
    if (upload.state === 'open' && going.isCompleting) {
      promise(upload.error?.code === 'completion_interrupted', 'A completion was forgotten.', upload);
      return this.#complete(going);
    }
    const mayBe = going.isCompleting ? ['completing', 'completed'] : ['open'];
    const mayHaveBegun = going.missing.length === 0 && ['completing', 'completed'].includes(upload.state); // unacknowledged
    promise(mayBe.includes(upload.state) || mayHaveBegun, `An upload is ${upload.state}.`, upload);
    if (upload.state !== 'completed' || upload.dataset === null) return;
    const id = upload.dataset;
    const dataset = await this.#caller.must(id, ({ datasets }) => datasets.get(id));
    const sha256 = createHash('sha256').update(going.content).digest('hex');
    promise(dataset.state === 'ready' && dataset.sha256 === sha256, 'A dataset is not whole.', dataset);
    this.#made.set(id, sha256);
    this.#going = undefined;
    const [oldest = ''] = this.#made.keys();
    if (this.#made.size > MOST_KEPT) await this.#delete(oldest);
  }

  async #delete(id: string): Promise<void> {
    while (await this.#caller.read(({ datasets }) => datasets.get(id))) {
      const outcome = await this.#caller.once('delete', ({ datasets }) => datasets.delete(id));
      promise(outcome !== 'refused', 'A deletion was refused.', id);
    }
    this.#made.delete(id);
  }

  #read<T>(path: string): Promise<T> {
    const { installation } = this.#caller;
    return this.#caller.must(path, async () => (await (await installation.request(`${PATH}/${path}`)).json()) as T);
  }

  /** All tries carry one idempotency key. */
  async #post(what: string, path: string, body?: string): Promise<Response> {
    const headers = { 'idempotency-key': crypto.randomUUID(), 'content-type': 'application/json' };
    const init = { method: 'POST', headers, ...(body !== undefined && { body }) };
    for (;;) {
      const { installation } = this.#caller;
      const outcome = await this.#caller.once(what, () => installation.request(`${PATH}${path}`, init));
      promise(outcome !== 'refused', `${what} was refused.`);
      if (outcome !== 'lost') return outcome.answer;
      await setTimeout(IDLE_MS);
    }
  }

  #newLines(): string {
    const filler = 'word '.repeat(LINE_BYTES / 5);
    const line = () => `${JSON.stringify({ text: `${this.#random.integer(2 ** 30)} ${filler}` })}\n`;
    return Array.from({ length: LINES }, line).join('');
  }
}
