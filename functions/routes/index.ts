import type { App } from '../http/app.ts';
import { registerExportAuditEntries } from './audit/export-audit-entries.ts';
import { registerListAuditEntries } from './audit/list-audit-entries.ts';
import { registerCohereRerank } from './compatible/cohere-rerank.ts';
import { registerOpenaiChatCompletions } from './compatible/openai-chat-completions.ts';
import { registerOpenaiCompletions } from './compatible/openai-completions.ts';
import { registerOpenrlhfReward } from './compatible/openrlhf-reward.ts';
import { registerTeiRerank } from './compatible/tei-rerank.ts';
import { registerAbortDatasetUpload } from './dataset-uploads/abort-dataset-upload.ts';
import { registerCompleteDatasetUpload } from './dataset-uploads/complete-dataset-upload.ts';
import { registerCreateDatasetUpload } from './dataset-uploads/create-dataset-upload.ts';
import { registerGetDatasetUpload } from './dataset-uploads/get-dataset-upload.ts';
import { registerListDatasetUploads } from './dataset-uploads/list-dataset-uploads.ts';
import { registerListPartUrls } from './dataset-uploads/list-part-urls.ts';
import { registerPutPart } from './dataset-uploads/put-part.ts';
import { registerAppendToDataset } from './datasets/append-to-dataset.ts';
import { registerDeleteDataset } from './datasets/delete-dataset.ts';
import { registerExportDataset } from './datasets/export-dataset.ts';
import { registerGetDataset } from './datasets/get-dataset.ts';
import { registerGetDeletion } from './datasets/get-deletion.ts';
import { registerListDatasets } from './datasets/list-datasets.ts';
import { registerListDeletions } from './datasets/list-deletions.ts';
import { registerListRows } from './datasets/list-rows.ts';
import { registerUploadDataset } from './datasets/upload-dataset.ts';
import { registerBestOfN } from './endpoints/best-of-n.ts';
import { registerCompare } from './endpoints/compare.ts';
import { registerCreateEndpoint } from './endpoints/create-endpoint.ts';
import { registerExplain } from './endpoints/explain.ts';
import { registerGenerate } from './endpoints/generate.ts';
import { registerGetEndpoint } from './endpoints/get-endpoint.ts';
import { registerGetShadowReport } from './endpoints/get-shadow-report.ts';
import { registerListDeployments } from './endpoints/list-deployments.ts';
import { registerListEndpointVersions } from './endpoints/list-endpoint-versions.ts';
import { registerListEndpoints } from './endpoints/list-endpoints.ts';
import { registerListShadowScores } from './endpoints/list-shadow-scores.ts';
import { registerPublishVersion } from './endpoints/publish-version.ts';
import { registerRerank } from './endpoints/rerank.ts';
import { registerRollBack } from './endpoints/roll-back.ts';
import { registerRouteTraffic } from './endpoints/route-traffic.ts';
import { registerScore } from './endpoints/score.ts';
import { registerWarmUp } from './endpoints/warm-up.ts';
import { registerGetHealth } from './health/get-health.ts';
import { registerCancelJob } from './jobs/cancel-job.ts';
import { registerCreateJob } from './jobs/create-job.ts';
import { registerDownloadFile } from './jobs/download-file.ts';
import { registerEstimateJob } from './jobs/estimate-job.ts';
import { registerGetJob } from './jobs/get-job.ts';
import { registerGetReport } from './jobs/get-report.ts';
import { registerListCheckpoints } from './jobs/list-checkpoints.ts';
import { registerListEvents } from './jobs/list-events.ts';
import { registerListJobs } from './jobs/list-jobs.ts';
import { registerListMetrics } from './jobs/list-metrics.ts';
import { registerPauseJob } from './jobs/pause-job.ts';
import { registerResumeJob } from './jobs/resume-job.ts';
import { registerRetryJob } from './jobs/retry-job.ts';
import { registerCreateKey } from './keys/create-key.ts';
import { registerGetKey } from './keys/get-key.ts';
import { registerListKeys } from './keys/list-keys.ts';
import { registerRevokeKey } from './keys/revoke-key.ts';
import { registerRotateKey } from './keys/rotate-key.ts';
import { registerUpdateKey } from './keys/update-key.ts';
import { registerCreateModelUpload } from './model-uploads/create-model-upload.ts';
import { registerGetModelUpload } from './model-uploads/get-model-upload.ts';
import { registerPutModelFile } from './model-uploads/put-model-file.ts';
import { registerAnnotateModelVersion } from './models/annotate-model-version.ts';
import { registerCompareModelVersions } from './models/compare-model-versions.ts';
import { registerCompareScores } from './models/compare-scores.ts';
import { registerDownloadModelFile } from './models/download-model-file.ts';
import { registerGetAlias } from './models/get-alias.ts';
import { registerGetLineage } from './models/get-lineage.ts';
import { registerGetModel } from './models/get-model.ts';
import { registerGetModelVersion } from './models/get-model-version.ts';
import { registerListAliasHistory } from './models/list-alias-history.ts';
import { registerListAliases } from './models/list-aliases.ts';
import { registerListModelFiles } from './models/list-model-files.ts';
import { registerListModelVersions } from './models/list-model-versions.ts';
import { registerListModels } from './models/list-models.ts';
import { registerMoveAlias } from './models/move-alias.ts';
import { registerCancelPipeline } from './pipelines/cancel-pipeline.ts';
import { registerCreatePipeline } from './pipelines/create-pipeline.ts';
import { registerGetPipeline } from './pipelines/get-pipeline.ts';
import { registerListPipelines } from './pipelines/list-pipelines.ts';
import { registerRestartPipeline } from './pipelines/restart-pipeline.ts';
import { registerCreateProject } from './projects/create-project.ts';
import { registerGetOrganisation } from './projects/get-organisation.ts';
import { registerGetProject } from './projects/get-project.ts';
import { registerGetQuota } from './projects/get-quota.ts';
import { registerGetRetention } from './projects/get-retention.ts';
import { registerListProjects } from './projects/list-projects.ts';
import { registerSetQuota } from './projects/set-quota.ts';
import { registerSetRetention } from './projects/set-retention.ts';
import { registerListUsage } from './usage/list-usage.ts';
import { registerCreateWebhookEndpoint } from './webhook-endpoints/create-webhook-endpoint.ts';
import { registerDeleteWebhookEndpoint } from './webhook-endpoints/delete-webhook-endpoint.ts';
import { registerGetWebhookEndpoint } from './webhook-endpoints/get-webhook-endpoint.ts';
import { registerListDeliveries } from './webhook-endpoints/list-deliveries.ts';
import { registerListWebhookEndpoints } from './webhook-endpoints/list-webhook-endpoints.ts';
import { registerReplayDelivery } from './webhook-endpoints/replay-delivery.ts';
import { registerRotateWebhookSecret } from './webhook-endpoints/rotate-webhook-secret.ts';
import { registerTestWebhookEndpoint } from './webhook-endpoints/test-webhook-endpoint.ts';
import { registerUpdateWebhookEndpoint } from './webhook-endpoints/update-webhook-endpoint.ts';
import { registerClaimJob } from './worker/claim-job.ts';
import { registerCompleteJob } from './worker/complete-job.ts';
import { registerConfirmCancelled } from './worker/confirm-cancelled.ts';
import { registerConfirmPaused } from './worker/confirm-paused.ts';
import { registerFailJob } from './worker/fail-job.ts';
import { registerRecordEvents } from './worker/record-events.ts';
import { registerRecordHeartbeat } from './worker/record-heartbeat.ts';
import { registerRecordMetrics } from './worker/record-metrics.ts';

/** All routes of the API. */
export const routes: readonly ((app: App) => unknown)[] = [
  registerGetHealth,
  registerCreateProject,
  registerGetOrganisation,
  registerGetProject,
  registerListProjects,
  registerGetQuota,
  registerSetQuota,
  registerGetRetention,
  registerSetRetention,
  registerListUsage,
  registerListAuditEntries,
  registerExportAuditEntries,
  registerCreateKey,
  registerGetKey,
  registerListKeys,
  registerRevokeKey,
  registerRotateKey,
  registerUpdateKey,
  registerAppendToDataset,
  registerDeleteDataset,
  registerGetDeletion,
  registerListDeletions,
  registerExportDataset,
  registerGetDataset,
  registerListDatasets,
  registerListRows,
  registerUploadDataset,
  registerCreateDatasetUpload,
  registerGetDatasetUpload,
  registerListDatasetUploads,
  registerListPartUrls,
  registerPutPart,
  registerCompleteDatasetUpload,
  registerAbortDatasetUpload,
  registerCancelJob,
  registerCreateJob,
  registerGetJob,
  registerGetReport,
  registerListEvents,
  registerListJobs,
  registerListMetrics,
  registerDownloadFile,
  registerEstimateJob,
  registerListCheckpoints,
  registerPauseJob,
  registerResumeJob,
  registerRetryJob,
  registerCancelPipeline,
  registerCreatePipeline,
  registerGetPipeline,
  registerListPipelines,
  registerRestartPipeline,
  registerCreateModelUpload,
  registerGetModelUpload,
  registerPutModelFile,
  registerGetModelVersion,
  registerListModelFiles,
  registerDownloadModelFile,
  registerAnnotateModelVersion,
  registerGetLineage,
  registerCompareModelVersions,
  registerCompareScores,
  registerGetModel,
  registerListModelVersions,
  registerListModels,
  registerGetAlias,
  registerListAliases,
  registerMoveAlias,
  registerListAliasHistory,
  registerCreateEndpoint,
  registerGenerate,
  registerOpenaiChatCompletions,
  registerOpenaiCompletions,
  registerCohereRerank,
  registerTeiRerank,
  registerOpenrlhfReward,
  registerGetEndpoint,
  registerListEndpointVersions,
  registerListEndpoints,
  registerPublishVersion,
  registerRouteTraffic,
  registerRollBack,
  registerListDeployments,
  registerGetShadowReport,
  registerListShadowScores,
  registerWarmUp,
  registerScore,
  registerCompare,
  registerRerank,
  registerBestOfN,
  registerExplain,
  registerCreateWebhookEndpoint,
  registerListWebhookEndpoints,
  registerGetWebhookEndpoint,
  registerUpdateWebhookEndpoint,
  registerDeleteWebhookEndpoint,
  registerRotateWebhookSecret,
  registerTestWebhookEndpoint,
  registerListDeliveries,
  registerReplayDelivery,
  registerClaimJob,
  registerCompleteJob,
  registerConfirmCancelled,
  registerConfirmPaused,
  registerFailJob,
  registerRecordEvents,
  registerRecordHeartbeat,
  registerRecordMetrics,
];
