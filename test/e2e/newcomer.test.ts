import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Server } from '../support/server';
import { MINI, OFFICIAL } from '../support/environment';
import { until } from '../support/until';
import { barriers } from './support/axe';
import { startBrowser, Visitor } from './support/browser';
import { ADMIN, startServer } from './support/world';

/** Kept as output of what runs the tests. */
const SHOTS = resolve(__dirname, '../../run/screenshots');
const API_KEY = 'test-api-key-1';
const OFFICIAL_TEMPLATE = 'REPAIR_DONE';

describe('the newcomer\'s path: the phone beside the console', function() {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  let someone: Visitor;
  let admin: Visitor;
  before(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    [someone, admin] = await Promise.all([Visitor.open(browser, server.url), Visitor.open(browser, server.url)]);
    for (const { page } of [someone, admin]) page.setDefaultTimeout(15_000);
    await admin.signIn(ADMIN.username, ADMIN.password);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const phone = () => someone.page.locator('#phone');
  const cell = (title: string) => phone().getByRole('group', { name: title });
  const tap = (name: string | RegExp) => phone().getByRole('button', { name }).first().click();
  const tab = (name: RegExp) => phone().getByRole('tab', { name }).click();
  /** Waits until the list beside the phone has a call of this path that means this. */
  const listed = (path: string, meaning: string | RegExp) => someone.page.locator(`.call[data-path="${path}"]`).getByText(meaning).first().waitFor();

  interface Person { openid: string; official: string }
  async function person(): Promise<Person> {
    const [{ unionid }] = JSON.parse(await someone.page.evaluate('localStorage.getItem("weapp-hub.phone.people")') as string) as Array<{ unionid: string }>;
    const { miniprogram, official } = await server.sandbox.post<Record<'miniprogram' | 'official', { openid: string }>>('/people', { unionid });
    return { openid: miniprogram.openid, official: official.openid };
  }

  it('somebody logs in on the phone, and stands in the console', async () => {
    await someone.page.goto('/sandbox');
    await tap('微信一键登录');
    await phone().getByText('新用户').waitFor();
    await listed('/sns/jscode2session', '换取 openid 和 session_key');
    await listed('/api/jscode2session', '换取登录态');
    await cell('头像昵称').getByRole('button').click();
    await cell('头像昵称').getByText(/小明/).waitFor();
    await listed('/api/unionId', '用 session_key 解密');
    await admin.go('/people');
    await admin.page.locator('tbody').getByText('小明').waitFor();
  });

  it('they give their number, and the console shows the end of it', async () => {
    await cell('手机号').getByRole('button', { name: '快速验证（code）' }).click();
    await cell('手机号').getByText(/\+86 \d{11}/).waitFor();
    await listed('/wxa/business/getuserphonenumber', '换取手机号');
    await admin.page.locator('tbody').getByText('小明').click();
    await admin.page.waitForURL(/\/people\/\w+/);
    await admin.page.getByText(/^\*+\d{4}$/).waitFor();
  });

  it('they write, a rule made in the console answers, then an agent in the console', async () => {
    await admin.api('POST', '/rules', { when: { type: 'text', match: 'contains', text: '价格' }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: '{{nickname}}您好，价格表请看首页。' } } } });
    // A rule counts on every worker within 2 s.
    await until(async () => (await admin.api<{ ruleId: string | null }>('POST', '/rules/try', { appid: MINI.appid, type: 'text', text: '价格' })).data.ruleId, id => id !== null);
    await admin.go('/conversations');
    await cell('联系客服').getByRole('button').click();
    await until(async () => {
      await phone().getByPlaceholder('输入消息').fill('请问价格是多少？');
      await someone.page.keyboard.press('Enter');
      return phone().getByRole('log').getByText('您好，价格表请看首页。').first().waitFor({ timeout: 3_000 }).then(() => true, () => false);
    }, answered => answered, 20);
    await listed('/message/check', '用户发来的一条文字');
    await listed('/cgi-bin/message/custom/send', '一条客服消息');
    // It has come into the console by itself.
    await admin.page.locator('.rows').getByText(/价格/).first().click();
    await admin.page.locator('header').getByRole('button', { name: '接手' }).click();
    await admin.page.getByPlaceholder('输入回复').fill('小明您好，我是客服小王。');
    await admin.page.keyboard.press('Enter');
    await phone().getByRole('log').getByText('小明您好，我是客服小王。').waitFor();
    await admin.page.getByRole('log').getByText('已发送').first().waitFor();
    await tap('返回');
  });

  it('they allow a template that the console has taken, and get the notice with its title and the names of its fields', async () => {
    const { data: taken } = await admin.api<{ id: string }>('POST', '/templates', { appid: MINI.appid, tid: '401', kidList: [2, 4], sceneDesc: '通知买家' });
    await cell('订阅消息').getByRole('button').click();
    await phone().getByRole('radio', { name: /订单发货通知/ }).check();
    await phone().getByRole('button', { name: '允许' }).click();
    await phone().getByText('已允许，剩余 1 次').waitFor();
    await listed('/message/check', '订阅弹窗');
    await someone.page.keyboard.press('Escape');
    const { openid } = await person();
    const send = () => server.call('POST', '/api/server/messages/subscribe', { appid: MINI.appid, openid, templateId: taken.id, page: 'pages/order', data: { time4: { value: '2026年1月2日 15:00' }, thing2: { value: '春季新款外套' } } }, API_KEY);
    await until(send, ({ code }) => code === 1);
    await tab(/服务通知/);
    const notice = phone().locator('.notice-card').first();
    await notice.getByRole('heading', { name: '订单发货通知' }).waitFor();
    assert.deepEqual(await notice.locator('dt').allInnerTexts(), ['商品名称', '更新时间']);
    assert.deepEqual(await notice.locator('dd').allInnerTexts(), ['春季新款外套', '2026年1月2日 15:00']);
    await listed('/cgi-bin/message/subscribe/send', '用掉一次授权');
    await tab(/小程序/);
  });

  it('they follow the account and get a template message, drawn as its template has it', async () => {
    await server.sandbox.post('/templates', { appid: OFFICIAL.appid, templates: [{ templateId: OFFICIAL_TEMPLATE, title: '维修完成通知', content: '{{first.DATA}}\n维修项目：{{keyword1.DATA}}\n完成时间：{{keyword2.DATA}}\n{{remark.DATA}}' }] });
    await tab(/公众号/);
    await tap('关注公众号');
    await listed('/official/callback', '用户关注了公众号');
    const { official } = await person();
    const { id } = await server.ok<{ id: string }>('POST', '/api/server/messages/template', {
      appid: OFFICIAL.appid, openid: official, templateId: OFFICIAL_TEMPLATE, url: 'https://example.com/repair/7',
      data: { first: { value: '您送修的设备已修好。' }, keyword1: { value: '更换屏幕' }, keyword2: { value: '2026年1月2日' }, remark: { value: '请凭单取件。' } },
    }, API_KEY);
    const card = phone().getByRole('log').locator('.notice-card');
    await card.getByRole('heading', { name: '维修完成通知' }).waitFor();
    assert.deepEqual(await card.locator('dt').allInnerTexts(), ['维修项目', '完成时间']);
    assert.deepEqual(await card.locator('dd').allInnerTexts(), ['您送修的设备已修好。', '更换屏幕', '2026年1月2日', '请凭单取件。']);
    await listed('/cgi-bin/message/template/send', '一条模板消息');
    await listed('/official/callback', '一条模板消息送达与否');
    await until(() => server.ok<{ delivery?: string }>('GET', `/api/server/messages/${id}`, undefined, API_KEY), ({ delivery }) => delivery === 'success');
    await tab(/小程序/);
  });

  it('they scan a code that the console has made: its page shows what it was made with, and the console counts the scan', async () => {
    await cell('扫小程序码').getByRole('button').click();
    await phone().getByText('还没有小程序码').waitFor();
    await admin.go('/notifications/qrcodes');
    await admin.page.getByRole('button', { name: '生成小程序码' }).first().click();
    const dialog = admin.page.locator('.el-dialog');
    await dialog.getByLabel('打开的页面').fill('pages/table/table');
    await dialog.getByLabel('携带的数据').fill('{"table": 8, "note": "靠窗"}');
    await dialog.getByRole('button', { name: '生成', exact: true }).click();
    await dialog.locator('canvas').waitFor();
    // It lies before the phone at once, as the picture that WeChat has drawn.
    const code = phone().getByRole('list', { name: '小程序码' }).getByRole('button').first();
    await code.getByText('pages/table/table').waitFor();
    await until(() => someone.page.evaluate('document.querySelector("#phone .codes img").naturalWidth'), width => Number(width) > 0);
    await someone.page.screenshot({ path: resolve(SHOTS, 'newcomer-scan-1440-light.png') });
    await code.click();
    await phone().getByRole('heading', { name: 'pages/table/table' }).waitFor();
    await phone().getByRole('region', { name: /payload/ }).getByText('"table": 8').waitFor();
    await someone.page.locator('.call[data-path^="/api/scene/"]').getByText('用码里的 scene 换回内容').waitFor();
    await listed('/wxa/getwxacodeunlimit', '生成一个小程序码');
    await until(async () => (await admin.api<{ items: Array<{ scans: number }> }>('GET', '/qrcodes')).data.items[0]?.scans, scans => scans === 1);
  });

  it('says in words that a code is not known', async () => {
    await tap('返回');
    await cell('扫小程序码').getByRole('button').click();
    await phone().getByRole('textbox').fill('no-such-scene');
    await tap('打开');
    await phone().getByRole('alert').waitFor();
    await someone.page.locator('.call[data-path="/api/scene/no-such-scene"]').getByText('服务器拒绝了').waitFor();
    await tap('返回');
  });

  it('they withdraw the number, and neither the phone nor the console has it any more', async () => {
    await cell('手机号').getByRole('button', { name: '撤回授权' }).click();
    await cell('手机号').getByText('已撤回').waitFor();
    await listed('/message/check', '用户撤回了授权');
    await admin.go('/people');
    await admin.page.locator('tbody').getByText('小明').click();
    await admin.page.waitForURL(/\/people\/\w+/);
    await admin.page.getByRole('heading', { name: '小明' }).waitFor();
    await until(async () => {
      await admin.page.reload();
      await admin.rest();
      return admin.page.getByText(/^\*+\d{4}$/).count();
    }, shown => shown === 0);
    await cell('我的资料').getByRole('button').click();
    await phone().locator('.me div', { hasText: 'phone' }).getByText('未提供').waitFor();
  });

  for (const [width, height] of [[390, 844], [1440, 900]]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`both are drawn ${width} wide, ${colorScheme}: no barrier, no error, no report of the policy`, () => lookAt(width, height, colorScheme));
    }
  }

  async function lookAt(width: number, height: number, colorScheme: 'light' | 'dark'): Promise<void> {
    const found: string[] = [];
    for (const [name, visitor] of [['phone', someone], ['console', admin]] as const) {
      await visitor.page.setViewportSize({ width, height });
      await visitor.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await visitor.page.waitForTimeout(150);
      await visitor.page.screenshot({ path: resolve(SHOTS, `newcomer-${name}-${width}-${colorScheme}.png`) });
      found.push(...(await barriers(visitor.page)).map(each => `${name}: ${each}`));
      visitor.assertFaultless();
    }
    assert.deepEqual(found, []);
  }
});
