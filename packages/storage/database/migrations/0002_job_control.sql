CREATE TABLE "pipelines" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"spec" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "priority" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "pipeline_id" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "pipeline_stage" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "stage_started_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "stage_start_step" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "remaining_seconds" double precision;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "worked_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "estimated_flops" double precision;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "dataset_id" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "file" jsonb;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "launched_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "pipelines" ADD CONSTRAINT "pipelines_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "pipelines_project" ON "pipelines" USING btree ("project_id","id" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_pipeline_id_pipelines_id_fk" FOREIGN KEY ("pipeline_id") REFERENCES "public"."pipelines"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "jobs_launched" ON "jobs" USING btree ("project_id","launched_at");--> statement-breakpoint
CREATE INDEX "jobs_pipeline" ON "jobs" USING btree ("pipeline_id");