import assert from 'node:assert/strict';
import { Scratch } from '../support/environment';
import { Server } from '../support/server';

describe('people of the sandbox', () => {
  const scratch = new Scratch();
  let server: Server | undefined;
  after(async () => {
    await server?.stop();
    scratch.remove();
  });

  it('are the same after a restart of the server', async function() {
    this.timeout(60_000);
    const start = () => Server.start({ EMBEDDED_DB_DIR: scratch.path('db'), WORKERS: '1' });
    const login = async (running: Server) => {
      const { code } = await running.sandbox.post('/login-code', { openid: 'o1' });
      return running.ok<{ token: string; unionid: string }>('POST', '/api/jscode2session', { code });
    };
    server = await start();
    const { unionid } = await login(server);
    const data = await server.sandbox.post('/open-data', { openid: 'o1', kind: 'userInfo' });
    await server.stop();
    server = await start();
    const again = await login(server);
    assert.equal(again.unionid, unionid);
    const read = await server.ok<{ unionId: string }>('POST', '/api/unionId', data, again.token);
    assert.equal(read.unionId, unionid, 'the session_key is the one of before');
  });
});
