CREATE INDEX "audit_entries_at" ON "audit_entries" USING btree ("project_id","at");--> statement-breakpoint
CREATE INDEX "shadow_scores_created" ON "shadow_scores" USING btree ("endpoint_id","created_at");--> statement-breakpoint
CREATE INDEX "usage_day" ON "usage" USING btree ("day","measure");