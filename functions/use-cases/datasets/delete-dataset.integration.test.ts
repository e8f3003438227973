import { newId } from '@laurel/contracts';
import { datasets, openDatabase, organisations, projects } from '@laurel/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../../../tests/real-parts/start-postgres.ts';
import type { Context } from '../../context.ts';
import { deleteDataset } from './delete-dataset.ts';

let postgres: Postgres;
let context: Context;
let close: () => Promise<void>;
const removed: string[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
  const database = await openDatabase({ url: postgres.url });
  close = database.close;
  const artifacts = { delete: async (key: string) => void removed.push(key) };
  context = { db: database.db, artifacts, now: () => new Date() } as unknown as Context;
});
afterAll(async () => {
  await close();
  await postgres.stop();
});

/** Goes on once all have come. */
function meeting(all: number): () => Promise<void> {
  let come = 0;
  let goOn = () => {};
  const together = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  return () => {
    if (++come === all) goOn();
    return together;
  };
}

test('datasets with the same rows are deleted at once without waiting for each other, and the rows go with the last', async () => {
  const { db } = context;
  const [organisationId, projectId] = [newId('org'), newId('proj')];
  await db.insert(organisations).values({ id: organisationId, name: 'o' });
  await db.insert(projects).values({ id: projectId, organisationId, name: 'p' });
  const ids = [newId('ds'), newId('ds'), newId('ds')];
  const same = { projectId, kind: 'text', name: 'd', state: 'ready', artifactKey: 'rows.jsonl' } as const;
  await db.insert(datasets).values(ids.map((id) => ({ id, ...same })));

  const allHoldTheirs = meeting(ids.length);
  const receipts = await Promise.all(ids.map((id) => deleteDataset(context, projectId, id, allHoldTheirs)));
  expect(receipts.map(({ sharedWith }) => sharedWith.length).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  expect(removed).toEqual(['rows.jsonl']);
  expect(await db.$count(datasets)).toBe(0);
});
