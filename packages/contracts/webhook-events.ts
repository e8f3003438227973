import { z } from 'zod';
import { type JobEventType, loggedJobEvent } from './job-events.ts';
import { modelKind } from './model-kind.ts';
import { datasetKind } from './rows.ts';
import { trafficShare } from './traffic.ts';

/** `job.early_stop` is `JobEarlyStopWebhook` in the OpenAPI document. */
const nameOf = (type: string) =>
  `${type.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())}Webhook`;

/** The payload that the Standard Webhooks specification advises: a type with dots, when it happened, and what. */
const webhook = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.strictObject({ type: z.literal(type), timestamp: z.iso.datetime(), data }).meta({ id: nameOf(type) });

const [state, stage, settings, checkpoint, earlyStop, warning, log] = loggedJobEvent.options;

/** What a job's log says, in the very form that its pages and its stream have. */
const jobWebhook = <Type extends JobEventType, Event extends z.ZodType>(type: Type, event: Event) =>
  webhook(`job.${type}` as const, z.strictObject({ job: z.string(), event }));

/** Everything that a webhook may tell. */
export const webhookEvent = z.discriminatedUnion('type', [
  jobWebhook('state', state),
  jobWebhook('stage', stage),
  jobWebhook('settings', settings),
  jobWebhook('checkpoint', checkpoint),
  jobWebhook('early_stop', earlyStop),
  jobWebhook('warning', warning),
  jobWebhook('log', log),
  /** A dataset can be used: it was uploaded, or a job made it. */
  webhook(
    'dataset.ready',
    z.strictObject({ dataset: z.string(), kind: datasetKind, name: z.string(), rows: z.number().int() }),
  ),
  webhook(
    'model_version.registered',
    z.strictObject({
      model_version: z.string(),
      model: z.string(),
      name: z.string(),
      number: z.number().int(),
      kind: modelKind,
      job: z.string(),
    }),
  ),
  /** An endpoint's requests are answered otherwise from now on. */
  webhook(
    'endpoint.deployed',
    z.strictObject({
      endpoint: z.string(),
      name: z.string(),
      deployment: z.string(),
      live_version: z.number().int(),
      split: z.array(trafficShare),
      shadow_version: z.number().int().nullable(),
    }),
  ),
  /** Nothing is sent to one of the project's other webhook endpoints any more. */
  webhook(
    'webhook_endpoint.disabled',
    z.strictObject({ webhook_endpoint: z.string(), url: z.string(), reason: z.enum(['gone', 'failing']) }),
  ),
  /** Sent on request, whatever the endpoint wants to be told. */
  webhook('webhook_endpoint.ping', z.strictObject({ webhook_endpoint: z.string() })),
]);
export type WebhookEvent = z.infer<typeof webhookEvent>;
export type WebhookEventType = WebhookEvent['type'];
export const webhookEventTypes = webhookEvent.options.map(({ shape }) => shape.type.value);
