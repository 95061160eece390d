import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { logIn, openData } from '../support/actors';
import { MINI } from '../support/environment';
import { until } from '../support/until';

describe('data that people withdraw in WeChat', () => {
  const hub = useApp();

  const known = async () => {
    const person = await logIn(hub());
    const userInfo = await openData(hub(), person.openid, 'userInfo');
    await hub().ok('POST', '/api/unionId', userInfo, person.token);
    const { encryptedData, iv } = await openData(hub(), person.openid, 'phone');
    await hub().ok('POST', '/api/phone', { encryptedData, iv }, person.token);
    return person;
  };
  const events: Array<{ type: string; data: Record<string, unknown> }> = [];
  before(() => {
    for (const type of ['user.revoked', 'user.erased'] as const) hub().app.hub.on(type, event => void events.push(event));
    hub().app.outboxLoops.listener.start();
  });
  beforeEach(() => void events.splice(0));
  after(() => hub().app.eventListeners.clear());
  const push = (Event: string, more: object) => hub().sandbox.post<{ answered: { body: string } }>('/push', {
    format: 'json', message: { MsgType: 'event', FromUserName: 'platform', Event, ...more },
  });
  const me = (token: string) => hub().ok<{ phone: string | null; profile: { nickName?: string; avatarUrl?: string } | null }>('GET', '/api/me', undefined, token);

  it('is removed: the phone number, the nickname, the avatar, or everything', async () => {
    const cases = [['8', { phone: false }], ['6', { nickName: false, avatarUrl: false }], ['19', { nickName: false }], ['20', { avatarUrl: false }], ['301', { phone: false, nickName: false, avatarUrl: false }], ['13', {}]] as const;
    for (const [RevokeInfo, gone] of cases) {
      const { token, openid } = await known();
      await push('user_authorization_revoke', { ' OpenID': openid, ' AppID': MINI.appid, ' RevokeInfo': RevokeInfo, PluginID: '', OpenPID: '' });
      await until(() => events.filter(({ data }) => data.openid === openid), found => found.length > 0);
      const { phone, profile } = await me(token);
      const has = { phone: phone !== null, nickName: !!profile?.nickName, avatarUrl: !!profile?.avatarUrl };
      assert.deepEqual(has, { phone: true, nickName: true, avatarUrl: true, ...gone }, RevokeInfo);
    }
    assert.deepEqual(events.map(({ type, data }) => [type, data.event, data.revokeInfo, data.revoked]), cases.map(([number]) => ['user.revoked', 'user_authorization_revoke', number, {
      8: ['phone'], 6: ['nickname', 'avatar'], 19: ['nickname'], 20: ['avatar'], 301: ['everything'], 13: ['location'],
    }[number]]));
    // Nobody can find the person by it any more.
    const stored = await hub().app.model.User.find({ phone: { $exists: false } }).lean();
    assert.equal(stored.length, 2);
  });

  it('is the nickname and the avatar when WeChat has cleared them, and nobody\'s without an OpenID', async () => {
    const { token, openid } = await known();
    await push('user_info_modified', { });
    await push('user_info_modified', { OpenID: openid });
    await until(() => events.length, count => count > 0);
    assert.deepEqual(events.map(({ data }) => [data.openid, data.revoked]), [[openid, ['nickname', 'avatar']]]);
    const { profile } = await me(token);
    assert.deepEqual([profile?.nickName, profile?.avatarUrl], [undefined, undefined]);
  });

  it('stays removed, and newly given data stays, however often and late the event is handled', async () => {
    const { token, openid } = await known();
    await push('user_authorization_revoke', { OpenID: openid, RevokeInfo: '8' });
    await until(async () => (await me(token)).phone, phone => phone === null);
    const { encryptedData, iv } = await openData(hub(), openid, 'phone');
    await hub().ok('POST', '/api/phone', { encryptedData, iv }, token);
    await hub().app.model.Message.updateMany({ event: 'user_authorization_revoke' }, { $set: { state: 'received' } });
    await until(() => hub().app.model.Message.countDocuments({ state: 'received' }), left => left === 0);
    assert.notEqual((await me(token)).phone, null);
    assert.equal(await hub().app.model.AuditLog.countDocuments({ action: 'user.revoked' }), 1);
  });

  it('is everything of a person who has closed their account at WeChat', async () => {
    const { token, openid } = await known();
    await push('user_authorization_cancellation', { OpenID: openid });
    await until(() => events.map(({ type }) => type), types => types.includes('user.erased'));
    assert.deepEqual(events.map(({ type, data }) => [type, data.openid, data.revoked]), [['user.revoked', openid, ['account']], ['user.erased', openid, undefined]]);
    assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
    assert.equal(await hub().app.model.Message.countDocuments({ openid }), 0);
    assert.equal(await hub().app.model.AuditLog.countDocuments({ action: 'user.erased', who: 'system' }), 1);
  });
});
