import { expect, test } from 'vitest';
import { jobEventTypes } from './job-events.ts';
import { webhookEvent, webhookEventTypes } from './webhook-events.ts';

test('webhooks tell all that a job log says, each type in its own form', () => {
  for (const type of jobEventTypes) {
    expect(webhookEventTypes).toContain(`job.${type}`);
    const event = { id: '1', at: '2026-01-01T00:00:00.000Z', type, data: {} };
    const { error } = webhookEvent.safeParse({
      type: `job.${type}`,
      timestamp: event.at,
      data: { job: 'job_1', event: { ...event, type: type === 'log' ? 'state' : 'log' } },
    });
    expect(error?.issues).toContainEqual(expect.objectContaining({ path: ['data', 'event', 'type'] }));
  }
});
