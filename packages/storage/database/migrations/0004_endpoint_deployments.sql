CREATE TABLE "endpoint_deployments" (
	"id" text PRIMARY KEY NOT NULL,
	"endpoint_id" text NOT NULL,
	"cause" text NOT NULL,
	"live_version" integer NOT NULL,
	"split" jsonb NOT NULL,
	"shadow_version" integer,
	"restores" text,
	"key_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shadow_scores" (
	"id" text PRIMARY KEY NOT NULL,
	"endpoint_id" text NOT NULL,
	"request_id" text NOT NULL,
	"answered_by" integer NOT NULL,
	"shadow_version" integer NOT NULL,
	"completions" integer NOT NULL,
	"mean_difference" double precision NOT NULL,
	"largest_difference" double precision NOT NULL,
	"same_preferred" integer NOT NULL,
	"choices" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "endpoints" ALTER COLUMN "live_version" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "endpoint_versions" ADD COLUMN "golden" jsonb DEFAULT '{"compared":0,"largest_difference":0}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "split" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "shadow_version" integer;--> statement-breakpoint
ALTER TABLE "endpoint_deployments" ADD CONSTRAINT "endpoint_deployments_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shadow_scores" ADD CONSTRAINT "shadow_scores_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "endpoint_deployments_endpoint" ON "endpoint_deployments" USING btree ("endpoint_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "shadow_scores_endpoint" ON "shadow_scores" USING btree ("endpoint_id","id" DESC NULLS LAST);