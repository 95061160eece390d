import assert from 'node:assert/strict';
import type { CheckInWords } from '../../../app/lib/diagnosis/check';
import { logIn } from '../../support/actors';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI } from '../../support/environment';
import { emptied, write } from '../../support/keeping';

interface Overview { health: CheckInWords[]; problems: Array<{ appName: string; message: string }> }

describe('sentences of the console', () => {
  const hub = useApp();
  beforeEach(() => emptied(hub()));
  const overview = async (who: Console, language: string) => {
    const answer = await who.ask<Overview>('GET', '/overview', undefined, { 'accept-language': language });
    assert.match(String(answer.headers.get('vary')), /accept-language/i);
    return answer.data;
  };
  const inChinese = (checks: CheckInWords[]) => {
    for (const { name, detail, advice } of checks) assert.match(`${detail}${advice ?? ''}`, /\p{Script=Han}/u, `${name}: ${detail}`);
    for (const { name, advice } of checks) if (advice !== null) assert.match(advice, /\p{Script=Han}/u, `${name}: ${advice}`);
  };

  it('are in the language of the page: the overview', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    await write(hub(), 'o-1', 'hello');
    await hub().app.keeping.flush();
    await hub().app.model.Message.updateMany({ appid: MINI.appid, openid: 'o-1' }, { $set: { state: 'dead' } });
    await hub().app.model.AccessToken.collection.updateOne({ _id: MINI.appid as never }, { $set: { version: 0, 'refused.calls': { errcode: 40164, errmsg: 'invalid ip 203.0.113.7, not in whitelist', path: '/x', since: new Date(0), at: new Date(), probeAt: new Date() } } }, { upsert: true });
    const [chinese, english] = [await overview(anna, 'zh-CN'), await overview(anna, 'en')];
    assert.deepEqual(chinese.health.map(({ name, state }) => [name, state]), english.health.map(({ name, state }) => [name, state]));
    inChinese(chinese.health);
    for (const { name, detail, advice } of english.health) assert.doesNotMatch(detail + advice, /\p{Script=Han}|[{}]/u, name);
    const whitelist = ({ health }: Overview) => health.filter(({ name }) => name === `whitelist ${MINI.appid}`).map(({ state, detail, advice }) => [state, detail, advice]);
    assert.deepEqual(whitelist(chinese), [['no', '203.0.113.7 不在 IP 白名单中（40164），始于 1970-01-01T00:00:00.000Z', '请在微信后台添加']]);
    assert.deepEqual(whitelist(english), [['no', 'the address 203.0.113.7 is not allowed to call (40164), since 1970-01-01T00:00:00.000Z', 'add it to the IP whitelist in WeChat\'s console']]);
    assert.deepEqual([...chinese.problems, ...english.problems].map(({ message }) => message), ['无法处理 text 推送，请查看日志', 'the text cannot be handled: see the log']);
    assert.deepEqual(chinese.problems.map(({ appName }) => appName), [hub().app.wechatApps.any(MINI.appid).name]);
  });

  it('are in the language of the page: the check of an app', async () => {
    const boss = await Console.as(hub(), 'admin', 'boss');
    const checks = async (language: string) => (await boss.ask<{ checks: CheckInWords[] }>('POST', `/apps/${MINI.appid}/check`, undefined, { 'accept-language': language })).data.checks;
    const [chinese, english] = [await checks('zh-CN'), await checks('en')];
    assert.ok(chinese.length > 5);
    inChinese(chinese);
    for (const { name, detail, advice } of english) assert.doesNotMatch(detail + advice, /\p{Script=Han}|[{}]/u, name);
  });

  it('name apps by their names, to agents too', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    const { openid } = await logIn(hub());
    await write(hub(), openid, 'hello');
    await hub().app.keeping.flush();
    const name = hub().app.wechatApps.any(MINI.appid).name;
    const conversations = await anna.ok<{ items: Array<{ appName: string }> }>('GET', '/conversations');
    const people = await anna.ok<{ items: Array<{ accounts: Array<{ appName: string }> }> }>('GET', '/users');
    assert.deepEqual([conversations.items[0].appName, people.items[0].accounts[0].appName], [name, name]);
    assert.deepEqual([hub().app.wechatApps.nameOf('wxgone'), await anna.fails('GET', '/apps')], ['wxgone', '403 FORBIDDEN']);
  });
});
