import { stopApp } from './app';
import { assertRoutable } from './writes';

process.env.NODE_ENV = 'test';

// `MONGODB_URL=… npm test`: the suite runs on that server, each application in a database of its own.
if (process.env.MONGODB_URL) {
  process.env.TEST_MONGODB_URL = process.env.MONGODB_URL;
}

export const mochaHooks = {
  /** Over all that the suite has made the application write. */
  afterAll(): void {
    assertRoutable();
  },
};

export async function mochaGlobalTeardown(): Promise<void> {
  await stopApp();
}
