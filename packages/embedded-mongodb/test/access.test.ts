import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import mongoose from 'mongoose';
import { startEmbedded } from '..';
import type { EmbeddedDatabase } from '..';
import { code, MongoClient, temporaryDirectory } from './support';

const { BSON } = mongoose.mongo;
const PASSWORD = 'pa:ss/wörd １';

describe('embedded: access', () => {
  const dir = temporaryDirectory();
  let database: EmbeddedDatabase;
  before(async () => {
    database = await startEmbedded({ dir, port: 0, auth: { user: 'weapp-hub', password: PASSWORD } });
  });
  after(async () => {
    await database.close();
    rmSync(dir, { recursive: true });
  });

  const url = (user: string, password: string, query = 'authSource=admin') => `mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${database.port}/test?${query}`;

  it('allows everything with the password, whichever way the client begins', async () => {
    // The second form of the digit is the same by SASLprep.
    for (const [password, query] of [[PASSWORD, 'authSource=admin'], ['pa:ss/wörd 1', 'authSource=admin&authMechanism=SCRAM-SHA-256']]) {
      const client = await MongoClient.connect(url('weapp-hub', password, query));
      await client.db().collection('c').insertOne({ a: 1 });
      assert.ok(await client.db().collection('c').countDocuments() > 0);
      const { authInfo } = await client.db().command({ connectionStatus: 1 });
      assert.deepEqual(authInfo.authenticatedUsers, [{ user: 'weapp-hub', db: 'admin' }]);
      assert.equal(authInfo.authenticatedUserPrivileges, undefined);
      const shown = await client.db().command({ connectionStatus: 1, showPrivileges: true });
      assert.deepEqual(shown.authInfo.authenticatedUserPrivileges, [{ resource: { anyResource: true }, actions: ['anyAction'] }]);
      const names = async (database: string, usersInfo: unknown) => ((await client.db(database).command({ usersInfo })).users as { user: string }[]).map(({ user }) => user);
      assert.deepEqual([await names('admin', 1), await names('test', 1), await names('test', { forAllDBs: true }), await names('admin', 'other')], [['weapp-hub'], [], ['weapp-hub'], []]);
      await client.close();
    }
  });

  it('allows only the greeting without it', async () => {
    const client = await MongoClient.connect(database.url());
    assert.equal((await client.db().command({ ping: 1 })).ok, 1);
    for (const command of [{ find: 'c' }, { insert: 'c', documents: [{}] }, { listDatabases: 1 }, { dropDatabase: 1 }, { serverStatus: 1 }, { getMore: mongoose.mongo.Long.fromNumber(1), collection: 'c' }, { endSessions: [] }, { usersInfo: 1 }, { currentOp: 1 }, { top: 1 }, { validate: 'c' }]) {
      for (const name of ['admin', 'test']) await assert.rejects(client.db(name).command(command), error => code(13)(error) && (error as Error).message === `command ${Object.keys(command)[0]} requires authentication`);
    }
    await client.close();
  });

  it('refuses a wrong password, another user, another database or mechanism', async () => {
    for (const wrong of [url('weapp-hub', 'wrong'), url('weapp-hub', ''), url('admin', PASSWORD), url('weapp-hub', PASSWORD, 'authSource=test')]) {
      await assert.rejects(MongoClient.connect(wrong), error => error instanceof Error && !error.message.includes('wörd'));
    }
    await assert.rejects(MongoClient.connect(url('weapp-hub', 'wrong')), code(18));
    await assert.rejects(MongoClient.connect(url('weapp-hub', PASSWORD, 'authSource=admin&authMechanism=SCRAM-SHA-1')), code(334));
  });

  /** Sends commands over one connection, one after the other. */
  async function talk() {
    const socket = connect(database.port, '127.0.0.1');
    await once(socket, 'connect');
    const send = async (command: object): Promise<Record<string, unknown> & { payload?: { buffer: Buffer } }> => {
      const bson = BSON.serialize({ ...command, $db: 'admin' });
      const head = Buffer.alloc(21);
      head.writeInt32LE(21 + bson.length, 0);
      head.writeInt32LE(2013, 12);
      socket.write(Buffer.concat([head, bson]));
      const [answer] = await once(socket, 'data') as [Buffer];
      return BSON.deserialize(answer.subarray(21)) as never;
    };
    return { send, end: () => socket.destroy() };
  }

  const binary = (text: string) => new mongoose.mongo.Binary(Buffer.from(text));

  it('lets no step of a login be left out, repeated or made up', async () => {
    const { send, end } = await talk();
    const first = { saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: binary('n,,n=weapp-hub,r=abc'), options: { skipEmptyExchange: true } };
    assert.equal((await send({ saslContinue: 1, conversationId: 1, payload: binary('') })).code, 17);
    for (const payload of ['', 'n,,n=weapp-hub', 'p=tls-unique,,n=weapp-hub,r=abc', 'x'.repeat(5000)]) assert.equal((await send({ ...first, payload: binary(payload) })).code, 18);
    for (const last of ['', 'c=biws,r=abc,p=AAAA', `c=biws,r=abc,p=${Buffer.alloc(32).toString('base64')}`]) {
      const { conversationId, done, payload } = await send(first);
      assert.equal(done, false);
      const nonce = /^r=([^,]+)/.exec(payload?.buffer.toString() ?? '')?.[1] ?? '';
      assert.ok(nonce.startsWith('abc') && nonce.length > 20);
      assert.equal((await send({ saslContinue: 1, conversationId, payload: binary(last.replace('r=abc', `r=${nonce}`)) })).code, 18);
      assert.equal((await send({ saslContinue: 1, conversationId, payload: binary('') })).code, 17);
    }
    assert.equal((await send({ find: 'c' })).code, 13);
    end();
  });

  it('answers the same about an unknown user, and logs out', async () => {
    const { send, end } = await talk();
    const salts = [];
    for (const user of ['nobody', 'nobody', 'weapp-hub']) {
      const { payload } = await send({ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: binary(`n,,n=${user},r=abc`) });
      salts.push(/s=([^,]+),i=15000$/.exec(payload?.buffer.toString() ?? '')?.[1]);
    }
    assert.equal(salts[0], salts[1]);
    assert.equal(salts[0]?.length, salts[2]?.length);
    assert.equal((await send({ logout: 1 })).ok, 1);
    end();
  });
});
