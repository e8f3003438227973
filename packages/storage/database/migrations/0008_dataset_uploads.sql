CREATE TABLE "dataset_deletions" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"dataset_id" text NOT NULL,
	"receipt" jsonb NOT NULL,
	"deleted_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dataset_uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"format" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"part_bytes" integer NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"secret" text NOT NULL,
	"dataset_id" text,
	"attempt" integer DEFAULT 0 NOT NULL,
	"checked_bytes" bigint DEFAULT 0 NOT NULL,
	"lease_expires_at" timestamp (3) with time zone,
	"error" jsonb,
	"holds_parts" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dataset_deletions" ADD CONSTRAINT "dataset_deletions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_uploads" ADD CONSTRAINT "dataset_uploads_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "dataset_deletions_project" ON "dataset_deletions" USING btree ("project_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "dataset_deletions_dataset" ON "dataset_deletions" USING btree ("dataset_id");--> statement-breakpoint
CREATE INDEX "dataset_uploads_project" ON "dataset_uploads" USING btree ("project_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "dataset_uploads_state" ON "dataset_uploads" USING btree ("state","lease_expires_at");--> statement-breakpoint
CREATE INDEX "dataset_uploads_expiry" ON "dataset_uploads" USING btree ("expires_at");