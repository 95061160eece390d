import { databaseAddress } from '../../app/lib/mongo/address';
import { stopApp } from './app';
import { assertRoutable } from './writes';

process.env.NODE_ENV = 'test';

// `MONGODB_URL=… npm test`: the suite runs on that server, each application in a database of its own. Child processes
// do not inherit the variable: the tests of the start, and of the embedded database, need none.
if (process.env.MONGODB_URL) {
  process.env.TEST_MONGODB_URL = process.env.MONGODB_URL;
  delete process.env.MONGODB_URL;
}

export function mochaGlobalSetup(): void {
  const { TEST_MONGODB_URL } = process.env;
  if (!TEST_MONGODB_URL) return;
  console.log(`The suite runs on the server at ${databaseAddress(TEST_MONGODB_URL)}, in databases weapp_hub_test_*, which it removes.`);
  console.log('Left out is packages/embedded-mongodb, the tests of the embedded database itself; those of the start (test/boot/start) and of outages bring that one along.');
}

export const mochaHooks = {
  /** Checks all writes of the application during the suite. */
  afterAll(): void {
    assertRoutable();
  },
};

export async function mochaGlobalTeardown(): Promise<void> {
  await stopApp();
}
