import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Api } from 'tls-sig-api-v2';
import { usePushedTo } from './support';

const IM = { sdkAppId: 1400000000, secretKey: 'im-secret', admin: 'administrator', callbackToken: 'callback-token' };

describe('sandbox: Tencent IM', () => {
  const { sandbox, receiver } = usePushedTo(url => ({ im: IM, pushTo: url }));

  const sign = (userId = IM.admin, expire = 600, key = IM.secretKey, app = IM.sdkAppId) => new Api(app, key).genUserSig(userId, expire);
  const call = (path: string, body: unknown, change: Record<string, string> = {}) => sandbox().post(path, {
    sdkappid: String(IM.sdkAppId), identifier: IM.admin, usersig: sign(), random: '1', contenttype: 'json', ...change,
  }, body);
  const query = (To_Account: string[], change: Record<string, string> = {}) => call('/v4/openim/query_online_status', { To_Account }, change);

  it('knows who is online', async () => {
    await call('/v4/im_open_login_svc/account_import', { UserID: 'off' });
    await sandbox().control('POST', '/im/login', { userId: 'on' });
    await sandbox().control('POST', '/im/state', { userId: 'pushed', state: 'PushOnline' });
    const answer = await query(['on', 'off', 'pushed', 'nobody']);
    assert.equal(answer.ActionStatus, 'OK');
    assert.deepEqual(answer.QueryResult, [
      { To_Account: 'on', Status: 'Online' }, { To_Account: 'off', Status: 'Offline' }, { To_Account: 'pushed', Status: 'PushOnline' },
    ]);
    assert.deepEqual(answer.ErrorList, [{ To_Account: 'nobody', ErrorCode: 70107 }]);
  });

  it('refuses UserSigs and bad calls', async () => {
    const code = async (change: Record<string, string>) => (await query(['a'], change)).ErrorCode;
    assert.equal(await code({ usersig: 'rubbish' }), 70003);
    assert.equal(await code({ usersig: sign(IM.admin, 600, 'other-key') }), 70009);
    assert.equal(await code({ usersig: sign('somebody') }), 70013);
    assert.equal(await code({ usersig: sign(IM.admin, 600, IM.secretKey, 1) }), 70014);
    assert.equal(await code({ usersig: sign('somebody'), identifier: 'somebody' }), 60010);
    assert.equal(await code({ sdkappid: '1' }), 60012);
    const old = sign(IM.admin, 10);
    await sandbox().control('POST', '/clock', { advanceSeconds: 11 });
    assert.equal(await code({ usersig: old }), 70001);
    assert.equal((await query(Array.from({ length: 501 }, (_, index) => `u${index}`))).ErrorCode, 90011);
    assert.equal((await call('/v4/openim/query_online_status', '{')).ErrorCode, 60003);
    assert.equal((await call('/v4/openim/sendmsg', { To_Account: 'nobody', MsgBody: [] })).ErrorCode, 90010);
  });

  it('accepts the right UserSig', async () => {
    const login = (userSig: string) => sandbox().control('POST', '/im/login', { userId: 'u1', userSig, callback: false });
    await assert.rejects(login(sign('u2')));
    await assert.rejects(login('rubbish'));
    await login(sign('u1'));
    assert.equal((await query(['u1'])).QueryResult[0].Status, 'Online');
  });

  it('fails in its own words on request', async () => {
    await sandbox().control('POST', '/faults', { path: '/v4/openim/query_online_status', errcode: 70169 });
    const { ActionStatus, ErrorCode } = await query(['a']);
    assert.deepEqual([ActionStatus, ErrorCode], ['FAIL', 70169]);
  });

  it('reports state changes, signed', async () => {
    await sandbox().control('POST', '/im/login', { userId: 'u1', eventTime: 1700000000000 });
    await sandbox().control('POST', '/im/logout', { userId: 'u1', reason: 'TimeOut' });
    const [login, logout] = receiver().received;
    assert.equal(login.path, '/im/callback');
    assert.equal(login.query.get('CallbackCommand'), 'State.StateChange');
    assert.equal(login.query.get('SdkAppid'), String(IM.sdkAppId));
    const expected = createHash('sha256').update(`${IM.callbackToken}${login.query.get('RequestTime')}`).digest('hex');
    assert.equal(login.query.get('Sign'), expected);
    assert.deepEqual(JSON.parse(login.body), {
      CallbackCommand: 'State.StateChange', EventTime: 1700000000000, Info: { Action: 'Login', To_Account: 'u1', Reason: 'Register' },
    });
    assert.deepEqual(JSON.parse(logout.body).Info, { Action: 'Disconnect', To_Account: 'u1', Reason: 'TimeOut' });
    assert.equal((await query(['u1'])).QueryResult[0].Status, 'Offline');
  });

  it('sends both callbacks for a message, and none after a refusal', async () => {
    receiver().answerWith(() => ({ body: '{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}' }));
    const sent = await sandbox().control('POST', '/im/message', { from: 'a', to: 'b', text: 'hi' });
    assert.equal(sent.delivered, true);
    const [before, after] = receiver().received.map(({ body }) => JSON.parse(body));
    assert.equal(before.CallbackCommand, 'C2C.CallbackBeforeSendMsg');
    assert.deepEqual(before.MsgBody, [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'hi' } }]);
    assert.equal(after.CallbackCommand, 'C2C.CallbackAfterSendMsg');
    assert.equal(after.SendMsgResult, 0);
    assert.equal(after.MsgKey, before.MsgKey);
    receiver().answerWith(() => ({ body: '{"ActionStatus":"OK","ErrorCode":1,"ErrorInfo":"no"}' }));
    assert.equal((await sandbox().control('POST', '/im/message', { from: 'a', to: 'b', text: 'hi' })).delivered, false);
    assert.equal(receiver().received.length, 3);
  });

  it('fires the callbacks for REST messages too', async () => {
    await call('/v4/im_open_login_svc/account_import', { UserID: 'b' });
    const answer = await call('/v4/openim/sendmsg', { From_Account: 'a', To_Account: 'b', MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'x' } }] });
    assert.equal(answer.ErrorCode, 0);
    assert.match(String(answer.MsgKey), /^\d+_\d+_\d+$/);
    for (let tries = 0; receiver().received.length < 2 && tries < 100; tries++) await new Promise(resolve => setTimeout(resolve, 10));
    assert.deepEqual(receiver().received.map(push => push.query.get('OptPlatform')), ['RESTAPI', 'RESTAPI']);
  });
});
