import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { writeFileSync } from 'node:fs';
import mm, { type MockApplication } from 'egg-mock';
import type { Application } from 'egg';
import { Client } from './client';
import { environment, Scratch, TEST_APPS } from './environment';
import { SandboxClient } from './sandbox';
import { watchWrites } from './writes';

const ROOT = resolve(__dirname, '../..');

/** The whole application in this process: its HTTP server, its database, and the simulated WeChat. */
export interface TestApp extends Client {
  app: Application;
  sandbox: SandboxClient;
}

let shared: Promise<TestApp> | undefined;
let stop: () => Promise<void> = async () => undefined;

async function start(): Promise<TestApp> {
  const scratch = new Scratch();
  const appsFile = scratch.path('apps.json');
  writeFileSync(appsFile, JSON.stringify(TEST_APPS));
  const variables = await environment(scratch, {
    WECHAT_APPS_FILE: appsFile, PUSH_TOLERANCE_SECONDS: '0', API_KEYS: 'test-api-key-1,test-api-key-2',
    IM_SDK_APPID: '1400000000', IM_SECRET_KEY: 'test-im-secret', IM_CALLBACK_TOKEN: 'test-im-token', IM_MERGE_SECONDS: '1', IM_QUIET_SECONDS: '3',
  });
  for (const name of ['MINIPROGRAM_APPID', 'OFFICIAL_APPID', 'WECHAT_API_BASE', 'IM_API_BASE', 'IM_TRIGGER', 'WEBHOOK_URL']) delete process.env[name];
  Object.assign(process.env, variables);
  const mock: MockApplication = mm.app({ baseDir: ROOT, cache: false });
  await mock.ready();
  const app = mock as unknown as Application;
  watchWrites(app.mongoose.connection.getClient());
  await app.databaseStart.whole;
  const server: Server = createServer(app.callback());
  app.emit('server', server);
  await new Promise<void>(listening => server.listen(Number(variables.PORT), '127.0.0.1', listening));
  stop = async () => {
    await app.mongoose.connection.dropDatabase();
    await mock.close();
    scratch.remove();
  };
  const client = new Client(`http://127.0.0.1:${variables.PORT}`);
  return Object.assign(client, { app, sandbox: new SandboxClient(`http://127.0.0.1:${variables.SANDBOX_PORT}`) });
}

/**
 * Gives a test file the application: started by the first file that asks, emptied before each test.
 * @return a function that returns the application once hooks have run
 */
export function useApp(): () => TestApp {
  let running: TestApp;
  before(async function() {
    this.timeout(60_000);
    running = await (shared ??= start());
  });
  beforeEach(async () => {
    // What the test before has left to be written is written first.
    await running.app.keeping.flush();
    await Promise.all(Object.values(running.app.model).map(model => model.deleteMany({})));
    await running.sandbox.reset();
  });
  // Tests that need events out start these loops themselves, and stop them afterwards.
  after(() => Promise.all([running.app.outboxLoops.webhook, running.app.outboxLoops.listener].map(loop => loop.stop())));
  return () => running;
}

export async function stopApp(): Promise<void> {
  if (shared) await shared.then(() => stop(), () => undefined);
}
