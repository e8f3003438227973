import { type JobSpec, newId } from '@laurel/contracts';
import { and, asc, eq, lte } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database, OpenedDatabase } from './database.ts';
import {
  datasets,
  jobEvents,
  jobMetrics,
  jobs,
  launches,
  models,
  modelVersions,
  organisations,
  projects,
} from './schema/index.ts';

const spec: JobSpec = {
  type: 'sft',
  output_model: 'policy',
  seed: 1,
  parent: newId('mv'),
  dataset: newId('ds'),
  validation_fraction: 0,
  hyperparameters: { learning_rate: 1e-5 },
};

/** What use cases rely on, whatever stands behind `Database`. `open` may be called again once it was closed. */
export function describeDatabase(open: () => Promise<OpenedDatabase>): void {
  describe('a database', () => {
    let opened: OpenedDatabase;
    let db: Database;
    let projectId: string;
    const organisationId = newId('org');
    beforeAll(async () => {
      opened = await open();
      db = opened.db;
      await db.insert(organisations).values({ id: organisationId, name: 'test' });
    });
    afterAll(() => opened.close());
    beforeEach(async () => {
      projectId = newId('proj');
      await db.insert(projects).values({ id: projectId, organisationId, name: 'test' });
    });

    async function queueJob(): Promise<string> {
      const id = newId('job');
      await db.transaction(async (tx) => {
        await tx.insert(jobs).values({ id, projectId, type: spec.type, spec });
        await tx.insert(launches).values({ jobId: id });
      });
      return id;
    }

    test('what is written is read back the same, and what is left out has its default', async () => {
      const id = await queueJob();
      const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
      expect(job).toMatchObject({ projectId, state: 'queued', spec, step: 0, attempt: 0, maxAttempts: 3, error: null });
      expect(Math.abs(Date.now() - (job?.createdAt.getTime() ?? 0))).toBeLessThan(60_000);

      const startedAt = new Date('2026-02-03T04:05:06.789Z');
      await db
        .update(jobs)
        .set({ startedAt, metrics: { loss: 0.1 + 0.2 } })
        .where(eq(jobs.id, id));
      const [updated] = await db.select().from(jobs).where(eq(jobs.id, id));
      expect(updated).toMatchObject({ startedAt, metrics: { loss: 0.30000000000000004 } });
    });

    test('a dataset may be larger than 32 bits count', async () => {
      const row = {
        id: newId('ds'),
        projectId,
        kind: 'text',
        name: 'web',
        state: 'ready',
        sizeBytes: 2 ** 40,
      } as const;
      await db.insert(datasets).values(row);
      expect(await db.query.datasets.findFirst({ where: eq(datasets.id, row.id) })).toMatchObject(row);
    });

    test('a model version keeps its lineage', async () => {
      const modelId = newId('model');
      await db.insert(models).values({ id: modelId, projectId, name: 'policy' });
      const version = {
        id: newId('mv'),
        modelId,
        number: 1,
        kind: 'policy' as const,
        jobId: await queueJob(),
        parents: [newId('mv'), newId('mv')],
        datasets: [],
        artifactPrefix: 'artifacts/x',
        manifestSha256: '00',
        config: { n_layer: 2 },
        metrics: {},
        codeVersion: '0.1.0',
      };
      await db.insert(modelVersions).values(version);
      expect(await db.query.modelVersions.findFirst({ where: eq(modelVersions.id, version.id) })).toMatchObject(
        version,
      );
    });

    test('a transaction that fails leaves neither the job nor its launch', async () => {
      const id = newId('job');
      const failing = db.transaction(async (tx) => {
        await tx.insert(jobs).values({ id, projectId, type: spec.type, spec });
        await tx.insert(launches).values({ jobId: id });
        throw new Error('cut');
      });
      await expect(failing).rejects.toThrow('cut');
      expect(await db.$count(jobs, eq(jobs.id, id))).toBe(0);
      expect(await db.$count(launches, eq(launches.jobId, id))).toBe(0);
    });

    test('of concurrent claims of a queued job one wins', async () => {
      const id = await queueJob();
      const claim = async () =>
        await db
          .update(jobs)
          .set({ state: 'running' })
          .where(and(eq(jobs.id, id), eq(jobs.state, 'queued')))
          .returning({ id: jobs.id });
      const claimed = await Promise.all(Array.from({ length: 8 }, claim));
      expect(claimed.flat()).toEqual([{ id }]);
    });

    test('concurrent dispatchers take each launch once', async () => {
      const queued = await Promise.all(Array.from({ length: 6 }, queueJob));
      const later = new Date(Date.now() + 60_000);
      const take = () =>
        db.transaction(async (tx) => {
          const [due] = await tx
            .select()
            .from(launches)
            .where(lte(launches.dueAt, new Date()))
            .orderBy(asc(launches.dueAt))
            .limit(1)
            .for('update', { skipLocked: true });
          if (due) await tx.update(launches).set({ dueAt: later }).where(eq(launches.jobId, due.jobId));
          return due?.jobId;
        });
      const taken = [];
      for (let round = 0; round < 12; round++) taken.push(...(await Promise.all([take(), take(), take()])));
      const ids = taken.filter((jobId) => jobId !== undefined);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(queued));
    });

    test('names are unique within a project, not across', async () => {
      await db.insert(models).values({ id: newId('model'), projectId, name: 'policy' });
      const again = db.insert(models).values({ id: newId('model'), projectId, name: 'policy' });
      await expect(again).rejects.toMatchObject({ cause: { code: '23505', constraint: 'models_project_name' } });
      const other = newId('proj');
      await db.insert(projects).values({ id: other, organisationId, name: 'other' });
      await db.insert(models).values({ id: newId('model'), projectId: other, name: 'policy' });
    });

    test('nothing refers to what does not exist', async () => {
      const orphan = db.insert(models).values({ id: newId('model'), projectId: newId('proj'), name: 'm' });
      await expect(orphan).rejects.toMatchObject({ cause: { code: '23503' } });
    });

    test('a metric sent again replaces its point; an event number is taken once', async () => {
      const jobId = await queueJob();
      for (const value of [1, 2]) {
        await db
          .insert(jobMetrics)
          .values({ jobId, name: 'loss', step: 7, value })
          .onConflictDoUpdate({ target: [jobMetrics.jobId, jobMetrics.name, jobMetrics.step], set: { value } });
      }
      expect(await db.select().from(jobMetrics)).toContainEqual({ jobId, name: 'loss', step: 7, value: 2 });
      await db.insert(jobEvents).values({ jobId, seq: 1, type: 'stage', data: {} });
      const again = db.insert(jobEvents).values({ jobId, seq: 1, type: 'stage', data: {} });
      await expect(again).rejects.toMatchObject({ cause: { code: '23505' } });
    });

    test('opening again finds the rows and migrates nothing twice', async () => {
      await opened.close();
      opened = await open();
      db = opened.db;
      expect(await db.$count(projects, eq(projects.id, projectId))).toBe(1);
    });
  });
}
