import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { useApp } from '../support/app';
import { logIn } from '../support/actors';
import { MINI, OFFICIAL } from '../support/environment';
import { BlindIndex } from '../../app/lib/crypto/blindIndex';
import { fieldAad } from '../../app/lib/crypto/encryptedFields';
import { FieldCipher } from '../../app/lib/crypto/fieldCipher';
import { until } from '../support/until';
import { command, type Ended } from './command';
import type { OpenidDocument } from '../../app/model/openid';
import type { UserDocument } from '../../app/model/user';

describe('npm run rekey', function() {
  this.timeout(60_000);
  const hub = useApp();
  const key = randomBytes(32);
  const former = () => String(process.env.DATA_KEY);
  const variables = () => ({ DATA_KEY: key.toString('base64'), DATA_KEYS_OLD: former() });
  const rekey = (more: Record<string, string> = variables()): Promise<Ended> => command('rekey', [], more).ended;
  const present = () => new FieldCipher({ current: key });
  const idOf = (cipher: string) => cipher.split('.')[1];

  /** Every text in the database that a FieldCipher has written, by key id. */
  async function keyIds(): Promise<Set<string>> {
    const { db } = hub().app.mongoose.connection;
    assert.ok(db);
    const found = new Set<string>();
    for (const { name } of await db.listCollections().toArray()) {
      for await (const document of db.collection(name).find()) {
        for (const [, id] of JSON.stringify(document).matchAll(/"v1\.([0-9a-f]{8})\./g)) found.add(id);
      }
    }
    return found;
  }

  async function people(count: number): Promise<void> {
    const { cipher } = hub().app;
    const now = new Date();
    const { Openid } = hub().app.model;
    await Openid.insertMany(Array.from({ length: count }, (_, at) => {
      const _id = `${MINI.appid}:person-${String(at).padStart(6, '0')}`;
      return { _id, appid: MINI.appid, openid: `person-${at}`, kind: 'miniprogram', userId: `u${at}`, sessionKey: { cipher: cipher.encrypt(`key-${at}`, fieldAad('openids.sessionKey', _id)) }, createdAt: now, lastSeenAt: now };
    }));
  }

  it('encrypts everything anew that the application has encrypted', async () => {
    const { token, userId } = await withPhone();
    // A process that has a token in memory need not have stored this one.
    await hub().app.model.AccessToken.updateOne({ _id: OFFICIAL.appid }, { $set: { version: 1, token: { cipher: hub().app.cipher.encrypt('token', fieldAad('accessTokens.token', OFFICIAL.appid)) } } }, { upsert: true });
    const before = await keyIds();
    assert.equal(before.size, 1);
    const { code, out, err } = await rekey();
    assert.deepEqual([code, err], [0, ''], out);
    const after = await keyIds();
    assert.equal(after.size, 1);
    assert.notDeepEqual(after, before);
    assert.match(out, /^users\.phone: 1 of 1 encrypted anew, 1 under the present DATA_KEY\.$/m);
    assert.match(out, /^openids\.sessionKey: 1 of 1 encrypted anew/m);
    assert.match(out, /^accessTokens\.token: [1-9]\d* of [1-9]\d* encrypted anew/m);
    assert.ok(!out.includes(former()) && !out.includes(key.toString('base64')));
    const user = await hub().app.model.User.findById(userId).lean<UserDocument>();
    assert.ok(user?.phone);
    assert.equal(JSON.parse(present().decrypt(user.phone.cipher, fieldAad('users.phone', userId))).countryCode, '86');
    const { purePhoneNumber } = JSON.parse(present().decrypt(user.phone.cipher, fieldAad('users.phone', userId)));
    assert.equal(user.phone.index, new BlindIndex(key).of(`86:${purePhoneNumber}`));
    const again = await rekey();
    assert.match(again.out, /^users\.phone: 0 of 1 encrypted anew, 1 under/m);
    assert.equal(again.code, 0);
    assert.ok(token);
  });

  it('gives a number under the present key the present key\'s index', async () => {
    const { userId } = await withPhone();
    await rekey();
    await hub().app.model.User.updateOne({ _id: userId }, { $set: { 'phone.index': 'of-a-former-key' } });
    const { out } = await rekey();
    assert.match(out, /^users\.phone: 1 of 1 encrypted anew/m);
    const user = await hub().app.model.User.findById(userId).lean<UserDocument>();
    assert.match(String(user?.phone?.index), /^[\w-]{43}$/);
  });

  it('reports texts that no key decrypts, and leaves them unchanged', async () => {
    await people(3);
    const _id = `${MINI.appid}:person-000001`;
    const foreign = new FieldCipher({ current: randomBytes(32) }).encrypt('x', fieldAad('openids.sessionKey', _id));
    await hub().app.model.Openid.updateOne({ _id }, { $set: { 'sessionKey.cipher': foreign } });
    const { code, out, err } = await rekey();
    assert.equal(code, 1);
    assert.match(out, /^openids\.sessionKey: 2 of 3 encrypted anew, 2 under the present DATA_KEY, 1 not readable\.$/m);
    assert.match(out, new RegExp(`^openids\\.sessionKey: 1 cannot be read: no key has the id ${idOf(foreign)}`, 'm'));
    assert.match(err, /^1 texts are as they were.*DATA_KEYS_OLD/);
    assert.equal((await hub().app.model.Openid.findById(_id).lean<OpenidDocument>())?.sessionKey?.cipher, foreign);
  });

  it('continues after it was interrupted or killed, beside a server that writes', async () => {
    await people(6_000);
    const { Openid } = hub().app.model;
    const old = [...await keyIds()][0];
    const renewed = async () => (await Openid.find({}, { sessionKey: 1 }).lean<OpenidDocument[]>()).filter(({ sessionKey }) => sessionKey && idOf(sessionKey.cipher) !== old).length;
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const begun = await renewed();
      const running = command('rekey', [], variables());
      await until(renewed, count => count > begun, 30);
      running.child.kill(signal);
      const { err } = await running.ended;
      if (signal === 'SIGINT') assert.equal(err, 'Interrupted: run the command again to go on from here.\n');
    }
    // A server with the present key: its writes are kept.
    const running = command('rekey', [], variables());
    const mine: Array<[string, string]> = [];
    let over = false;
    const ended = running.ended.finally(() => { over = true; });
    for (let at = 0; !over; at = (at + 997) % 6_000) {
      const _id = `${MINI.appid}:person-${String(at).padStart(6, '0')}`;
      const cipher = present().encrypt(`fresh-${at}`, fieldAad('openids.sessionKey', _id));
      await Openid.updateOne({ _id }, { $set: { sessionKey: { cipher } } });
      mine.push([_id, cipher]);
    }
    const { code, err } = await ended;
    assert.deepEqual([code, err], [0, '']);
    assert.equal(await renewed(), 6_000);
    const last = new Map(mine);
    assert.ok(last.size > 0);
    const stored = await Openid.find({ _id: { $in: [...last.keys()] } }).lean<OpenidDocument[]>();
    for (const { _id, sessionKey } of stored) assert.equal(sessionKey?.cipher, last.get(_id));
    for (const { _id, sessionKey } of await Openid.find({}).limit(500).lean<OpenidDocument[]>()) {
      assert.match(present().decrypt(String(sessionKey?.cipher), fieldAad('openids.sessionKey', _id)), /^(key|fresh)-\d+$/);
    }
  });

  it('does not report success while a server writes under a former key', async () => {
    await people(1_500);
    const { Openid } = hub().app.model;
    const running = command('rekey', [], variables());
    let over = false;
    const ended = running.ended.finally(() => { over = true; });
    for (let at = 0; !over; at = (at + 97) % 1_500) {
      const _id = `${MINI.appid}:person-${String(at).padStart(6, '0')}`;
      await Openid.updateOne({ _id }, { $set: { sessionKey: { cipher: hub().app.cipher.encrypt(`late-${at}`, fieldAad('openids.sessionKey', _id)) } } });
    }
    const { code, err } = await ended;
    assert.equal(code, 1);
    assert.match(err, /^Texts of openids\.sessionKey are still being written under a former key: restart every server with the present DATA_KEY/);
  });

  it('takes no arguments', async () => {
    const { code, err } = await command('rekey', ['now']).ended;
    assert.equal(code, 1);
    assert.equal(err.trim().split('\n').length, 1);
  });

  async function withPhone(): Promise<{ token: string; userId: string }> {
    const { token } = await logIn(hub());
    const { userId, openid } = await hub().ok<{ userId: string; openid: string }>('GET', '/api/me', undefined, token);
    const { code } = await hub().sandbox.post('/phone-code', { openid });
    await hub().ok('POST', '/api/phone', { code }, token);
    return { token, userId };
  }
});
