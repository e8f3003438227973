ALTER TABLE "datasets" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "previous" text;--> statement-breakpoint
CREATE INDEX "datasets_content" ON "datasets" USING btree ("project_id","sha256");--> statement-breakpoint
CREATE INDEX "datasets_artifact" ON "datasets" USING btree ("artifact_key");