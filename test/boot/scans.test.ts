import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { MINI, Scratch } from '../support/environment';
import { DatabaseProcess } from '../support/databaseProcess';
import { Server } from '../support/server';

describe('scans that were counted before a stop', () => {
  const scratch = new Scratch();
  let database: DatabaseProcess;
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    database = await DatabaseProcess.start(scratch.path('db'));
    server = await Server.start({ MONGODB_URL: database.url, WORKERS: '2' });
  });
  after(async () => {
    await server?.stop();
    await database?.stop();
    scratch.remove();
  });

  it('are in the database afterwards', async function() {
    this.timeout(60_000);
    const client = await mongoose.mongo.MongoClient.connect(database.url);
    const scenes = client.db().collection<{ _id: string; appid: string; payload: unknown; createdAt: Date; scans: number }>('scenes');
    await scenes.insertOne({ _id: 'abc', appid: MINI.appid, payload: { a: 1 }, createdAt: new Date(), scans: 0 });
    const { code } = await server.sandbox.post('/login-code');
    const { token } = await server.ok('POST', '/api/jscode2session', { code });
    const stop = server.process;
    for (let i = 0; i < 20; i++) assert.deepEqual(await server.ok('GET', '/api/scene/abc', undefined, String(token)), { payload: { a: 1 } });
    const ended = new Promise(resolve => stop.once('exit', resolve));
    stop.kill('SIGTERM');
    await ended;
    assert.equal((await scenes.findOne({ _id: 'abc' }))?.scans, 20);
    await client.close();
  });
});
