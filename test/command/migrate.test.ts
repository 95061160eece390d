import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mongo } from 'mongoose';
import { freePort } from '../../app/boot/precheck';
import { DatabaseProcess } from '../support/databaseProcess';
import { Scratch } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';
import { command, type Ended } from './command';
import type { Envelope } from '../support/client';

const { BSON, Binary, Decimal128, Double, Int32, Long, MongoClient } = mongo;

/** Values whose types a careless copy changes. */
const ODD = {
  long: Long.fromString('9007199254740993'), whole: new Double(7), zero: new Double(-0), small: new Int32(7), decimal: Decimal128.fromString('0.10'),
  binary: new Binary(Buffer.from('bytes'), 0), pattern: new BSON.BSONRegExp('a.b', 'is'), at: new Date(1_700_000_000_000), none: null, list: [{ deep: Long.fromNumber(1) }],
};

const INDEX = { key: { unionid: 1 }, name: 'unionid_1', unique: true, partialFilterExpression: { unionid: { $exists: true } } };

describe('npm run migrate', function() {
  this.timeout(120_000);
  let scratch: Scratch;
  let target: DatabaseProcess;
  let there: mongo.Db;
  let client: mongo.MongoClient;

  beforeEach(async () => {
    scratch = new Scratch();
    target = await DatabaseProcess.start(scratch.path('target'));
    client = await MongoClient.connect(target.url);
    there = client.db();
  });
  afterEach(async () => {
    await client.close();
    await target.stop();
    scratch.remove();
  });

  const variables = () => ({ EMBEDDED_DB_DIR: scratch.path('db'), MONGODB_URL: '', DATA_KEY: '', DATA_KEYS_OLD: '', WECHAT_APPS_FILE: '' });
  const migrate = (...args: string[]): Promise<Ended> => command('migrate', args, variables()).ended;

  /** Fills the embedded database of the test. */
  async function fill(work: (db: mongo.Db) => Promise<unknown>): Promise<void> {
    const source = await DatabaseProcess.start(scratch.path('db'));
    const connection = await MongoClient.connect(source.url);
    await work(connection.db());
    await connection.close();
    await source.stop();
  }

  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ _id: `m-${String(at).padStart(6, '0')}`, text: 'x'.repeat(200), at }) as unknown as mongo.Document & { _id: mongo.ObjectId });

  it('copies documents and indexes unchanged, verified, and says what to do next', async () => {
    const expiry = { key: { expiresAt: 1 }, name: 'expiresAt_1', expireAfterSeconds: 0 };
    await fill(async db => {
      await db.collection<mongo.Document>('odd').insertMany([{ _id: 'text', ...ODD }, { _id: 5, ...ODD }, { ...ODD }] as unknown as mongo.OptionalId<mongo.Document>[]);
      await db.collection('users').createIndexes([INDEX]);
      await db.collection('sessions').insertOne({ expiresAt: new Date(Date.now() + 3_600_000) });
      await db.collection('sessions').createIndexes([expiry]);
      await db.collection('messages').insertMany(many(1_200));
      await db.client.db('another').collection('x').insertOne({});
    });
    const { code, out, err } = await migrate(target.url);
    assert.deepEqual([code, err], [0, ''], out);
    assert.match(out, /^messages: 1200 documents\.$/m);
    assert.match(out, /^All: 1204 documents and 2 indexes of 4 collections are there, counted on both sides\.$/m);
    assert.match(out, /Not copied.*another/);
    assert.match(out, /set MONGODB_URL to the target and DATA_KEY to the content of .*data-key/);
    assert.ok(!out.includes('\r'));
    const options = { promoteValues: false, bsonRegExp: true };
    for await (const { _id: _any, ...document } of there.collection('odd').find({}, options)) {
      assert.deepEqual(Buffer.from(BSON.serialize(document)), Buffer.from(BSON.serialize(ODD)));
    }
    assert.equal(await there.collection('odd').countDocuments({ _id: { $in: ['text', 5] } } as unknown as mongo.Filter<mongo.Document>), 2);
    const indexes = async (name: string) => (await there.collection(name).listIndexes().toArray()).map(({ v: _v, ...spec }) => spec).filter(({ name: called }) => called !== '_id_');
    assert.deepEqual(JSON.parse(JSON.stringify(await indexes('users'))), [INDEX]);
    assert.deepEqual(JSON.parse(JSON.stringify(await indexes('sessions'))), [expiry]);
    const again = await migrate(target.url);
    assert.equal(again.code, 1);
    assert.match(again.err, /^The target has held everything since .*nothing was changed/);
  });

  it('continues where it broke off, and overwrites nothing', async () => {
    await fill(db => db.collection('messages').insertMany(many(40_000)));
    const begin = () => command('migrate', [target.url], variables());
    const copied = () => there.collection('messages').countDocuments();
    const interrupted = begin();
    await until(copied, count => count > 0, 30);
    interrupted.child.kill('SIGINT');
    assert.equal((await interrupted.ended).err, 'Interrupted: run the command again to go on from here.\n');
    const before = await copied();
    assert.ok(before > 0 && before < 40_000, String(before));
    const killed = begin();
    await until(copied, count => count > before, 30);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const [{ _id }] = await there.collection('messages').find().limit(1).toArray();
    await there.collection('messages').updateOne({ _id }, { $set: { text: 'written by somebody else' } });
    const conflict = await migrate(target.url);
    assert.equal(conflict.code, 1);
    assert.match(conflict.err, /^messages holds a document that differs .* Nothing was overwritten; drop the target's database/);
    assert.equal((await there.collection('messages').findOne({ _id }))?.text, 'written by somebody else');
    await there.collection('messages').deleteOne({ _id });
    const { code, out, err } = await migrate(target.url);
    assert.deepEqual([code, err], [0, ''], out);
    assert.equal(await copied(), 40_000);
  });

  it('refuses a target that holds anything else', async () => {
    await fill(async db => {
      await db.collection('messages').insertMany(many(10));
      await db.collection('users').createIndexes([INDEX]);
    });
    await there.collection('orders').insertOne({ total: 1 });
    const { code, err } = await migrate(target.url);
    assert.equal(code, 1);
    assert.match(err, /^The target holds other data \(in orders\)/);
    assert.deepEqual((await there.listCollections().toArray()).map(({ name }) => name), ['orders']);
    await there.dropDatabase();
    const { key: _key, ...unlike } = INDEX;
    await there.collection('users').createIndexes([{ ...unlike, key: { other: 1 } }]);
    assert.match((await migrate(target.url)).err, /^The database refuses it \(Index\w*Conflict\)\.\n$/);
    await there.dropDatabase();
    assert.equal((await migrate(target.url)).code, 0);
    const other = new Scratch();
    const source = await DatabaseProcess.start(other.path('db'));
    await source.stop();
    const foreign = await command('migrate', [target.url], { ...variables(), EMBEDDED_DB_DIR: other.path('db') }).ended;
    other.remove();
    assert.match(foreign.err, /^Another embedded database has been copied to the target/);
  });

  it('says in one line what is wrong', async () => {
    await fill(db => db.collection('messages').insertMany(many(1)));
    const port = await freePort();
    const cases: Array<[string[], Record<string, string>, RegExp]> = [
      [[], {}, /^Usage: npm run migrate -- MONGODB_URL/],
      [['a', 'b'], {}, /^Usage: /],
      [['localhost:27017'], {}, /^MONGODB_URL takes a URL/],
      [[target.url], { EMBEDDED_DB_DIR: scratch.path('nowhere') }, /^There is no embedded database in .*nowhere/],
      [[`mongodb://user:pass-word@127.0.0.1:${port}/x`], {}, new RegExp(`^The target at 127\\.0\\.0\\.1:${port} cannot be reached \\(`)],
      [[`${target.url}?nonsense=1`], {}, /^MONGODB_URL has an option nonsense/],
    ];
    for (const [args, more, line] of cases) {
      const { code, out, err } = await command('migrate', args, { ...variables(), ...more }).ended;
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, line);
      assert.equal(err.trim().split('\n').length, 1, err);
      assert.ok(!err.includes('pass-word'));
    }
  });

  it('takes everybody along: logged-in people stay logged in on the new database', async () => {
    const own = { ...variables(), WECHAT_APPS_FILE: '', WORKERS: '1' };
    const before = await Server.start(own);
    let token = '';
    try {
      const { code } = await before.sandbox.post('/login-code', { unionid: 'union-1' });
      token = (await before.ok<{ token: string }>('POST', '/api/jscode2session', { code })).token;
      const refused = await command('migrate', [target.url], own).ended;
      assert.equal(refused.code, 1);
      assert.match(refused.err, /^The server \(process \d+\) uses the embedded database in .*: stop it first\./);
      assert.deepEqual(await there.listCollections().toArray(), []);
    } finally {
      await before.stop();
    }
    const { code, out, err } = await command('migrate', [target.url], own).ended;
    assert.deepEqual([code, err], [0, ''], out);
    assert.match(out, /^ok {3}data key: it opens the 1 texts/m);
    const after = await Server.start({ ...own, MONGODB_URL: target.url, DATA_KEY: readFileSync(scratch.path('db/data-key'), 'utf8').trim() });
    try {
      const me = await after.call('GET', '/api/me', undefined, token) as Envelope<{ unionid: string }>;
      assert.equal(me.data.unionid, 'union-1');
    } finally {
      await after.stop();
    }
  });
});
