import { join } from 'node:path';
import { webhooks } from '@laurel/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyEmptyDatabase } from '../../functions/testing/database-template.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../functions/testing/webhook-receiver.ts';
import type { Service } from '../../scripts/demo/service.ts';
import { type Home, makeHome } from './temporary-service.ts';

let home: Home;
let service: Service;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  home = await makeHome({ LAUREL_LOOPBACK_WEBHOOKS: 'true', LAUREL_ENGINE: 'javascript' }); // nothing is computed
  await copyEmptyDatabase(join(home.folder, 'database'));
  service = await home.start();
}, 300_000);
afterAll(async () => {
  await service?.stop();
  await Promise.all([home?.remove(), receiver?.close()]);
});

const upload = () => service.laurel.datasets.upload({ kind: 'text', name: 'texts' }, '{"text":"Some words."}\n');

test('kill -9 in the middle of a delivery: it is sent again under the same id, and read by the SDK', async () => {
  const { id, secret } = await service.laurel.webhookEndpoints.create({ url: receiver.url });
  receiver.answer = () => {}; // it has the message, and has not said so
  const { id: dataset } = await upload();
  await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBe(1);
  service.process.kill('SIGKILL');
  await service.ended;
  receiver.answer = (response) => void response.writeHead(204).end();
  service = await home.start();
  await expect.poll(() => receiver.received.length, { timeout: 120_000 }).toBe(2);
  const [first, second] = receiver.received;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toBe(first?.body);
  const event = await webhooks.unwrap(second?.body ?? '', second?.headers ?? {}, secret);
  expect(event).toMatchObject({ type: 'dataset.ready', data: { dataset, kind: 'text', name: 'texts', rows: 1 } });
  const logged = async () => (await service.laurel.webhookEndpoints.deliveries(id).page()).data;
  await expect.poll(logged, { timeout: 10_000 }).toMatchObject([{ state: 'delivered', attempts: [{ status: 204 }] }]);
});
