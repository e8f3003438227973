import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../../scripts/demo/service.ts';
import { type Home, makeHome } from './temporary-service.ts';

let home: Home;
let service: Service;

beforeAll(async () => {
  home = await makeHome();
  service = await home.start();
});

afterAll(async () => {
  await service?.stop();
  await home?.remove();
});

const start = (entry: string, env: Record<string, string>) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', entry], {
    env: { ...process.env, ...env },
    timeout: 60_000,
  });

test('npm start on a port in use names the port and the remedy', async () => {
  const { port } = new URL(service.baseUrl);
  const started = start('functions/node.ts', { LAUREL_DATA: `${home.folder}-other`, PORT: port });
  const { code, stdout, stderr } = await started.catch((error) => error);
  expect(code).toBe(1);
  expect(stdout + stderr).toMatch(new RegExp(`${port}.*PORT`));
});

test('npm start on a data folder in use names the folder', async () => {
  const { code, stdout, stderr } = await start('functions/node.ts', { LAUREL_DATA: home.folder, PORT: '0' }).catch(
    (error) => error,
  );
  expect(code).toBe(1);
  expect(stdout + stderr).toContain(home.folder);
});

test('npm run demo on a port in use says so and ends', async () => {
  const { port } = new URL(service.baseUrl);
  const { code, stderr } = await start('scripts/demo.ts', { LAUREL_DATA: home.folder, PORT: port }).catch(
    (error) => error,
  );
  expect(code).toBe(1);
  expect(stderr).toContain(`Something already answers at ${service.baseUrl}`);
});

test('the service that was there first goes on', async () => {
  expect(await service.laurel.health()).toMatchObject({ status: 'ok' });
});
