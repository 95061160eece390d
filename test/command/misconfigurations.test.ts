import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { useApp } from '../support/app';
import { MINI, OFFICIAL, Scratch, TEST_APPS } from '../support/environment';
import { until } from '../support/until';
import { plainQuery, securePush, textXml } from '../support/wechat';
import { diagnoseDatabase } from '../../app/lib/diagnosis/database';
import { checkLine } from '../../app/lib/diagnosis/check';
import { command } from './command';

/** Ten common mistakes: for each there is a line, with what to do. */
describe('npm run doctor reports a server that', function() {
  this.timeout(60_000);
  const hub = useApp();
  const scratch = new Scratch();
  after(() => scratch.remove());
  const fault = (path: string, more: object) => hub().sandbox.post('/faults', { path, times: 0, ...more });
  const RID = '61725984-6126f6f9-040f19c4';

  /** The line about a subject, as `state detail → advice`. */
  async function line(name: string, more: Record<string, string | undefined> = {}): Promise<string> {
    const { out, code } = await command('doctor', [`--appid=${MINI.appid}`], more).ended;
    const found = out.split('\n').find(each => each.slice(5).startsWith(`${name}:`)) ?? '';
    assert.notEqual(found, '', `${name}\n${out}`);
    if (found.startsWith('no')) assert.equal(code, 1);
    return found.replace(/^(\w+) +[^:]*: /, '$1 ');
  }

  const ofMini = (name: string, more = {}) => line(`${name} ${MINI.appid}`, more);
  /** The apps of the test, one of them changed. */
  const apps = (appid: string, change: object) => {
    const file = scratch.path(`${appid}.json`);
    writeFileSync(file, JSON.stringify(TEST_APPS.map(app => (app.appid === appid ? { ...app, ...change } : app))));
    return { WECHAT_APPS_FILE: file };
  };
  const push = async ({ query, body }: { query: string; body: string }, appid: string = MINI.appid) => {
    const { status } = await fetch(`${hub().url}/message/check/${appid}?${query}`, { method: 'POST', body });
    return status;
  };
  const refusedFor = (appid: string) => until(() => hub().app.model.PushNote.exists({ _id: appid, refused: { $exists: true } }), found => found !== null);

  it('1. has a wrong secret', async () => {
    assert.match(await ofMini('secret', apps(MINI.appid, { secret: 'wrong' })), /^no its AppSecret is wrong \(40125, rid [0-9a-f-]+\) → set the present one/);
  });

  it('2. has a frozen secret', async () => {
    await hub().sandbox.post('/apps/refuse', { errcode: 40243 });
    assert.match(await ofMini('secret'), /^no its AppSecret is frozen \(40243, rid [0-9a-f-]+\) → unfreeze it/);
  });

  it('3. is not on the whitelist, with the refused address', async () => {
    await fault('/cgi-bin/stable_token', { errcode: 40164, errmsg: `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: ${RID}` });
    assert.match(await ofMini('ip whitelist'), new RegExp(`^no the address 203\\.0\\.113\\.7 is not allowed to call \\(40164, rid ${RID}\\) → add it`));
  });

  it('4. has a clock that is off by 10 minutes', async () => {
    await hub().sandbox.post('/clock', { advanceSeconds: 600 });
    assert.match(await line('wechat clock', { PUSH_TOLERANCE_SECONDS: '300' }), /^no this machine is (599|600|601) s behind WeChat's: every push is refused .*→ set this machine's clock right/);
    assert.match(await line('wechat clock', { PUSH_TOLERANCE_SECONDS: '0' }), /^warn this machine is/);
    await hub().sandbox.post('/clock', { advanceSeconds: -600 });
    assert.match(await line('wechat clock', { PUSH_TOLERANCE_SECONDS: '300' }), /^ok/);
  });

  it('5. has a database without replica set', async () => {
    const { db } = hub().app.mongoose.connection;
    // The answer of a standalone server.
    const standalone = new Proxy(db!, {
      get: (target, name) => (name === 'command'
        ? async (asked: object) => {
          const { setName: _set, hosts: _hosts, ...answer } = await target.command(asked) as Record<string, unknown>;
          return answer;
        }
        : Reflect.get(target, name, target)),
    });
    const lines = (await diagnoseDatabase(standalone)).map(checkLine);
    assert.ok(lines.some(each => /^warn topology: a standalone server → make it a replica set/.test(each)), lines.join('\n'));
  });

  it('6. has a database whose TTL monitor is off', async () => {
    const expiresAt = new Date(Date.now() - 86_400_000);
    const late = { _id: 'late', userId: 'u', appid: 'a', openid: 'o', createdAt: expiresAt, lastSeenAt: expiresAt, expiresAt };
    await hub().app.model.Session.collection.insertOne(late as never);
    assert.match(await line('ttl monitor'), new RegExp(`^no a session that expired at ${expiresAt.toISOString()} is still there → run db.adminCommand`));
  });

  it('7. has an EncodingAESKey of the wrong length, or another one', async () => {
    const { out, code } = await command('doctor', [], { MINIPROGRAM_APPID: 'wx1', MINIPROGRAM_SECRET: 's', MINIPROGRAM_AES_KEY: 'short' }).ended;
    assert.match(out, /^no {3}variables: MINIPROGRAM_AES_KEY takes the EncodingAESKey: 43 letters/);
    const file = await command('doctor', [], apps(MINI.appid, { aesKey: 'a'.repeat(42) })).ended;
    assert.match(file.out, /^no {3}variables: WECHAT_APPS_FILE: entry 1, aesKey: .*43 letters/);
    assert.deepEqual([code, file.code], [1, 1]);
    assert.equal(await push(securePush({ ...MINI, aesKey: TEST_APPS[3].aesKey }, textXml('o1', 'hi', 1))), 400);
    await refusedFor(MINI.appid);
    assert.match(await ofMini('last push'), /^no one was refused at .* \(400\): what WeChat pushes cannot be decrypted; none has been received yet → set the EncodingAESKey/);
  });

  it('8. is set to another push mode than the pushes have', async () => {
    assert.equal(await push({ query: plainQuery(MINI), body: textXml('o1', 'hi', 2) }), 400);
    await refusedFor(MINI.appid);
    assert.match(await ofMini('last push'), /^no .*WeChat pushes in plain mode, though the mode here is secure.* → choose the same mode/);
    const plain = 'wxtestplain00000001';
    const { body } = securePush(MINI, textXml('o1', 'hi', 3));
    assert.equal(await push({ query: plainQuery({ appid: plain, token: 'AAAAA' }), body }, plain), 400);
    await refusedFor(plain);
    const { checks } = await hub().ok<{ checks: Array<{ name: string; detail: string }> }>('GET', `/api/server/diagnosis?appid=${plain}`, undefined, 'test-api-key-1');
    assert.match(checks.find(({ name }) => name === 'last push')?.detail ?? '', /WeChat pushes encrypted, though the mode here is plain/);
    assert.equal(await push(securePush(MINI, textXml('o1', 'hi', 4))), 200);
    assert.match(await ofMini('last push'), /^warn one was refused at .*; the last one was received at/);
    await hub().app.model.PushNote.updateOne({ _id: MINI.appid }, { $set: { 'refused.at': new Date(0) } });
    assert.match(await ofMini('last push'), /^ok the last one was received at/);
    assert.equal(await hub().app.model.Message.countDocuments({}), 1);
  });

  it('9. cannot be reached by WeChat', async () => {
    await fault('/cgi-bin/callback/check', { body: '{"errcode":0,"dns":[],"ping":[]}' });
    assert.match(await ofMini('push address'), /^no WeChat cannot resolve the host of the push address → correct the DNS/);
  });

  it('10. has used its quota up', async () => {
    const path = '/cgi-bin/message/custom/send';
    await hub().sandbox.post('/limits', { path, perDay: 1 });
    const { accessToken } = await hub().ok<{ accessToken: string }>('GET', '/api/server/access-token', undefined, 'test-api-key-1');
    await fetch(`${hub().sandbox.url}${path}?access_token=${accessToken}`, { method: 'POST', body: '{}' });
    assert.match(await ofMini('quota'), /^no .*custom\/send 1 of 1 today.*→ wait until midnight in Beijing/);
  });

  it('has wrong credentials of Tencent IM, or an open callback', async () => {
    assert.match(await line('im'), /^ok Tencent IM takes/);
    assert.match(await line('im', { IM_SECRET_KEY: 'another' }), /^no the key does not fit \(70009\) → set IM_SECRET_KEY/);
    assert.match(await line('im', { IM_SDK_APPID: '1400000001' }), /^no IM does not know the SDKAppID \(60012\)/);
    assert.match(await line('im', { IM_ADMIN: 'nobody' }), /^no IM_ADMIN is no administrator .*\(60010\)/);
    assert.match(await line('im callback', { IM_CALLBACK_TOKEN: '' }), /^warn anyone may call/);
  });

  it('gets pushes with another token', async () => {
    assert.equal(await push(securePush({ ...OFFICIAL, token: 'another' }, textXml('o1', 'hi', 5)), OFFICIAL.appid), 403);
    await refusedFor(OFFICIAL.appid);
    const { out } = await command('doctor', [`--appid=${OFFICIAL.appid}`]).ended;
    assert.match(out, /no {3}last push wxtestofficial00001: .*\(403\): the signature does not fit.* → set the Token/);
  });
});
