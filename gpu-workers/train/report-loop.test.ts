import { pretrainSpec } from '@laurel/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeApi } from '../testing/fake-api.ts';
import { JobApi } from './job-api.ts';
import { type Directive, ReportLoop } from './report-loop.ts';

const jobId = 'job_01k00000000000000000000000';
let api: FakeApi;
let directives: Directive[];

const loopWith = (patienceMs: number, heartbeatMs = 50) =>
  new ReportLoop(new JobApi(api.address), {
    heartbeatMs,
    patienceMs,
    onDirective: (value) => directives.push(value),
  });

beforeEach(async () => {
  directives = [];
  api = await new FakeApi({
    job_id: jobId,
    attempt: 1,
    spec: pretrainSpec.parse({
      type: 'pretrain',
      output_model: 'base',
      dataset: 'ds_01k00000000000000000000000',
      architecture: { layers: 1, width: 8, heads: 1, context: 16 },
      vocabulary_size: 260,
    }),
    lease_seconds: 30,
    artifact_prefix: `artifacts/${jobId}`,
    datasets: {},
    models: {},
    model_uploads: {},
  }).start();
});
afterEach(() => api.stop());

describe('ReportLoop', () => {
  it('sends everything in order before it ends', async () => {
    const loop = loopWith(10_000);
    for (let step = 1; step <= 1500; step++) loop.metrics({ step, values: { loss: 1 / step } });
    for (let step = 1; step <= 150; step++) loop.event({ type: 'checkpoint', data: { step } });
    loop.progress({ stage: 'training', step: 7, total_steps: 1500 });
    loop.close();
    await loop.run();
    expect(api.heartbeats).toEqual([{ stage: 'training', step: 7, total_steps: 1500 }]);
    expect(api.points.map(({ step }) => step)).toEqual(Array.from({ length: 1500 }, (_, i) => i + 1));
    expect(api.events.map(({ data }) => data)).toEqual(Array.from({ length: 150 }, (_, i) => ({ step: i + 1 })));
  });

  const end = { stage: 'publishing', step: 4, total_steps: 4 };

  it('tells the last progress when it is closed, though no heartbeat is due', async () => {
    const loop = loopWith(10_000, 60_000);
    const running = loop.run();
    await vi.waitFor(() => expect(api.heartbeats).toHaveLength(1));
    loop.progress(end);
    loop.close();
    await running;
    expect(api.heartbeats.slice(1)).toEqual([end]);
  });

  it('tells the last progress when it is closed during a heartbeat', async () => {
    const loop = loopWith(10_000, 60_000);
    const running = loop.run();
    loop.progress(end);
    loop.close();
    await running;
    expect(api.heartbeats.slice(1)).toEqual([end]);
  });

  it('keeps reports while the API is away, and sends each once when it is back', async () => {
    await api.stop();
    const loop = loopWith(10_000);
    const running = loop.run();
    loop.event({ type: 'stage', data: { stage: 'training' } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await api.start();
    loop.close();
    await running;
    expect(api.events).toEqual([{ type: 'stage', data: { stage: 'training' } }]);
    expect(directives).toEqual([]);
  });

  it('says cancel when a heartbeat is answered so', async () => {
    api.directive = 'cancel';
    const loop = loopWith(10_000);
    loop.close();
    await loop.run();
    expect(directives).toEqual(['cancel']);
  });

  it.each([401, 404, 409])('ends as stale on %i', async (status) => {
    api.refusal = status;
    await loopWith(10_000).run();
    expect(directives).toEqual(['stale']);
  });

  it('ends as away when the API has been silent for too long', async () => {
    await api.stop();
    await loopWith(100).run();
    expect(directives).toEqual(['away']);
  });

  it('drops a report that the API will never take, and goes on', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const loop = loopWith(10_000);
    api.onCall = () => {
      api.refusal = api.heartbeats.length === 1 && complaint.mock.calls.length === 0 ? 422 : null;
    };
    loop.event({ type: 'stage', data: { stage: 'reading' } });
    const running = loop.run();
    await vi.waitFor(() => expect(complaint).toHaveBeenCalledOnce());
    api.refusal = null;
    loop.event({ type: 'stage', data: { stage: 'training' } });
    loop.close();
    await running;
    expect(api.events).toEqual([{ type: 'stage', data: { stage: 'training' } }]);
    expect(complaint).toHaveBeenCalledWith(expect.stringContaining('422'));
    complaint.mockRestore();
  });
});
