import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseProcess } from '../support/databaseProcess';
import { Scratch } from '../support/environment';
import { Server } from '../support/server';

const PACKAGE = '@weapp-hub/embedded-mongodb';
const HOOK = resolve(__dirname, '../support/withoutPackages.js');

describe('npm start without the embedded database', () => {
  const scratch = new Scratch();
  const asked = scratch.path('asked');
  let server: Server | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });
  after(() => scratch.remove());

  const without = (...packages: string[]) => ({ NODE_OPTIONS: `--require ${HOOK}`, TEST_MISSING: packages.join(), TEST_ASKED_FILE: asked });

  it('serves with MONGODB_URL, and no process loads the package', async () => {
    const database = await DatabaseProcess.start(scratch.path('db'));
    try {
      server = await Server.start({ ...without(PACKAGE, 'lmdb', 'mingo'), MONGODB_URL: database.url, WORKERS: '1' });
      const { code } = await server.sandbox.post('/login-code');
      const { token } = await server.ok<{ token: string }>('POST', '/api/jscode2session', { code });
      await server.ok('GET', '/api/me', undefined, token);
      assert.equal(existsSync(asked) && readFileSync(asked, 'utf8'), false);
      await server.stop();
    } finally {
      await database.stop();
    }
  });

  [PACKAGE, 'lmdb'].forEach(missing => {
    it(`says in a line what to do when there is no MONGODB_URL and no ${missing}`, async () => {
      server = await Server.launch({ ...without(missing), MONGODB_URL: '' });
      const [code] = await once(server.process, 'close') as [number | null];
      assert.equal(code, 1);
      assert.equal(server.output.join(''),
        `There is no MONGODB_URL, and the embedded database cannot be loaded (Cannot find module '${missing}'): set MONGODB_URL to a MongoDB 4.4 or later, or run "npm install --include=optional".\n`);
      assert.match(readFileSync(asked, 'utf8'), new RegExp(`^${missing} in .*start.js$`, 'm'));
    });
  });
}).timeout(60_000);
