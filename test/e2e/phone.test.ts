import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { sleep } from '../../app/lib/async/sleep';
import type { Server } from '../support/server';
import { MINI, OFFICIAL } from '../support/environment';
import { until } from '../support/until';
import { barriers } from './support/axe';
import { startBrowser, Visitor } from './support/browser';
import { startServer } from './support/world';

/** Kept as output of the test run. */
const SHOTS = resolve(__dirname, '../../run/screenshots');
const API_KEY = 'test-api-key-1';
const TEMPLATE = 'ORDER_STATUS_TEMPLATE';

describe('the phone', function() {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;
  before(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    const db = await server.database();
    await db.collection<{ _id: string; [field: string]: unknown }>('replyRules').insertMany([
      { _id: 'price', order: 1, enabled: true, when: { type: 'text', match: 'contains', text: '价格' }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: '价格表请看首页。' } } } },
      { _id: 'today', order: 2, enabled: true, when: { type: 'event', event: 'CLICK', eventKey: 'TODAY' }, reply: { via: 'passive', message: { msgtype: 'news', news: { articles: [{ title: '今日推荐', description: '新人福利', url: 'https://example.com/today', picurl: 'https://example.com/today.png' }] } } } },
      { _id: 'welcome', order: 3, enabled: true, when: { type: 'event', event: 'subscribe' }, reply: { via: 'passive', message: { msgtype: 'text', text: { content: '欢迎关注' } } } },
    ]);
    // A rule counts on every worker within 2 s.
    await sleep(2_000);
    visitor = await Visitor.open(browser, server.url);
    ({ page } = visitor);
    page.setDefaultTimeout(10_000);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const phone = () => page.locator('#phone');
  const cell = (title: string) => phone().getByRole('group', { name: title });
  const call = (path: string) => page.locator(`.call[data-path="${path}"]`).first();
  const tap = (name: string | RegExp) => phone().getByRole('button', { name }).first().click();
  const tab = (name: RegExp) => phone().getByRole('tab', { name }).click();

  async function openid(kind: 'miniprogram' | 'official' = 'miniprogram'): Promise<string> {
    const [{ unionid }] = JSON.parse(await page.evaluate('localStorage.getItem("weapp-hub.phone.people")') as string) as Array<{ unionid: string }>;
    return (await server.sandbox.post<Record<typeof kind, { openid: string }>>('/people', { unionid }))[kind].openid;
  }

  it('logs in with one click, and measures the time from the page\'s opening', async () => {
    const opened = performance.now();
    await page.goto('/sandbox');
    await tap('微信一键登录');
    await phone().getByText('新用户').waitFor();
    console.log(`      from the opening of the page to the first login: ${Math.round(performance.now() - opened)} ms`);
    await call('/sns/jscode2session').getByText('openid 和 session_key').waitFor();
    await call('/api/jscode2session').getByText('换取登录态').waitFor();
    // The list holds no secret.
    await call('/sns/jscode2session').getByRole('button').click();
    const shown = await call('/sns/jscode2session').locator('pre').allInnerTexts();
    assert.match(shown.join('\n'), /"session_key": "\*\*\*/);
    assert.doesNotMatch(shown.join('\n'), new RegExp(MINI.secret));
  });

  it('gives a name, and a number both ways', async () => {
    await cell('头像昵称').getByRole('button').click();
    await cell('头像昵称').getByText('unionId').waitFor();
    for (const way of ['快速验证（code）', '旧方式（加密数据）']) {
      await cell('手机号').getByRole('button', { name: way }).click();
      await cell('手机号').getByText(/\+86 1700\d{7}/).waitFor();
    }
    await call('/wxa/business/getuserphonenumber').getByText('token 有效').waitFor();
    await cell('我的资料').getByRole('button').click();
    await phone().getByText(/\*{4}\d{4}/).waitFor();
  });

  it('chats: the automatic reply and an agent\'s answer reach the phone', async () => {
    await cell('联系客服').getByRole('button').click();
    await phone().getByPlaceholder('输入消息').fill('请问价格是多少？');
    await page.keyboard.press('Enter');
    await phone().getByRole('log').getByText('请问价格是多少？').waitFor();
    await phone().getByRole('log').getByText('价格表请看首页。').waitFor();
    await call('/message/check').getByText('签名正确').waitFor();
    await server.ok('POST', '/api/server/messages/custom', { appid: MINI.appid, openid: await openid(), message: { msgtype: 'link', link: { title: '价格表', description: '2026 年', url: 'https://example.com/prices', thumb_url: 'https://example.com/prices.png' } } }, API_KEY);
    await phone().getByRole('log').getByText('价格表', { exact: true }).waitFor();
    await call('/cgi-bin/message/custom/send').getByText('一条客服消息').waitFor();
  });

  it('sends a picture, which the phone shows', async () => {
    await tap('发送图片');
    await tap('拍一张');
    await phone().getByRole('img', { name: '发送图片' }).waitFor();
    await until(() => page.evaluate('document.querySelector("#phone .picture").naturalWidth'), width => Number(width) > 0);
    await tap('返回');
  });

  it('accepts a template, gets the notice, and rejects the next', async () => {
    await cell('订阅消息').getByRole('button').click();
    await phone().getByRole('button', { name: '允许' }).click();
    await phone().getByText('已允许，剩余 1 次').waitFor();
    await call('/message/check').getByText('订阅弹窗').waitFor();
    const send = () => openid().then(to => server.call('POST', '/api/server/messages/subscribe', { appid: MINI.appid, openid: to, templateId: TEMPLATE, page: 'pages/order', data: { thing1: { value: '订单已发货' }, time2: { value: '2026-01-02 15:00' } } }, API_KEY));
    await until(send, ({ code }) => code === 1);
    await phone().getByRole('button', { name: '拒绝' }).click();
    await phone().getByText('已拒绝').waitFor();
    await page.keyboard.press('Escape');
    await tab(/服务通知/);
    await phone().locator('.notice-card').getByText('订单已发货').waitFor();
    await call('/cgi-bin/message/subscribe/send').getByText('用掉一次授权').waitFor();
    await page.locator('.call').getByText('送达与否').first().waitFor();
    await tab(/小程序/);
  });

  it('follows the account, taps its menu, and is known as a follower in the mini-program', async () => {
    await server.ok('PUT', `/api/server/menu?appid=${OFFICIAL.appid}`, { button: [{ type: 'click', name: '今日', key: 'TODAY' }, { name: '更多', sub_button: [{ type: 'view', name: '官网', url: 'https://example.com' }] }] }, API_KEY);
    await tab(/公众号/);
    await tap('关注公众号');
    await phone().getByRole('log').getByText('欢迎关注').waitFor();
    await phone().getByRole('navigation').getByRole('button', { name: '今日' }).click();
    await phone().getByRole('log').getByText('今日推荐').waitFor();
    await server.ok('POST', '/api/server/messages/template', { appid: OFFICIAL.appid, openid: await openid('official'), templateId: 'TEMPLATE', data: { keyword1: { value: '模板内容' } } }, API_KEY);
    await phone().getByRole('log').getByText('模板内容').waitFor();
    await phone().getByRole('log').getByText('关键词1').waitFor();
    await tab(/小程序/);
    await cell('是否关注公众号').getByRole('button').click();
    await cell('是否关注公众号').getByText('已关注').waitFor();
  });

  it('withdraws the number, and the server has it no more', async () => {
    await cell('手机号').getByRole('button', { name: '撤回授权' }).click();
    await cell('手机号').getByText('已撤回').waitFor();
    await call('/message/check').getByText('用户撤回了授权').waitFor();
    const read = async () => {
      await cell('我的资料').getByRole('button').click();
      return phone().locator('.me div', { hasText: 'phone' }).innerText();
    };
    await until(read, text => /未提供/.test(text));
  });

  it('is away: customer service is refused with 45015, and the phone shows it', async () => {
    await tap('离开');
    await phone().getByText('小明离开了').waitFor();
    await server.ok('POST', '/api/server/messages/custom', { appid: MINI.appid, openid: await openid(), message: { msgtype: 'text', text: { content: '还在吗？' } } }, API_KEY);
    await call('/cgi-bin/message/custom/send').getByText(/45015 超过/).waitFor();
    await page.screenshot({ path: resolve(SHOTS, 'phone-away-1440-light.png') });
    await tap('解锁手机');
  });

  it('has several people, each with a phone of their own', async () => {
    await page.getByRole('button', { name: '添加用户' }).click();
    await phone().getByText('你好，我是小红').waitFor();
    await tap('微信一键登录');
    await phone().getByText('新用户').waitFor();
    await page.getByRole('navigation', { name: '用户' }).getByRole('button', { name: '小明' }).first().click();
    await phone().getByRole('heading', { name: '小明' }).waitFor();
    await page.reload();
    await phone().getByRole('heading', { name: '小明' }).waitFor();
  });

  const fault = (name: string) => page.locator('.faults li', { hasText: name });
  const start = (name: string) => fault(name).getByRole('button', { name: /触发/ }).click();

  it('shows the server\'s reaction to a revoked token, a forged push and a repeated one', async () => {
    await start('access_token 失效');
    await cell('手机号').getByRole('button', { name: '快速验证（code）' }).click();
    await cell('手机号').getByText(/\+86/).waitFor();
    await fault('access_token 失效').getByText(/1 次调用被拒（40001），换新 token 1 次，用新 token 重做成功 1 次/).waitFor();
    await start('伪造的推送');
    await fault('伪造的推送').getByText(/1 条伪造推送被拒（403）/).waitFor();
    await call('/message/check').getByText('签名错误').waitFor();
    await start('同一条推送来 4 次');
    await fault('同一条推送来 4 次').getByText(/认出 3 次重复/).waitFor();
  });

  it('keeps and answers pushes while the database is away, and has them when it is back', async () => {
    await start('数据库离线 10 秒');
    await until(() => server.ready(), ready => !ready);
    await cell('联系客服').getByRole('button').click();
    await phone().getByPlaceholder('输入消息').fill('数据库不在的时候');
    await page.keyboard.press('Enter');
    await fault('数据库离线').getByText(/暂存在本地磁盘/).waitFor();
    await fault('数据库离线').getByText(/数据库已恢复，暂存已写入/).waitFor({ timeout: 60_000 });
    const stored = async () => (await server.database()).collection('messages').countDocuments({ content: '数据库不在的时候' });
    await until(() => stored().catch(() => 0), count => count === 1, 30);
    // The failing answers of readyz meanwhile are expected.
    assert.deepEqual(visitor.faults.splice(0).filter(line => !line.includes('/readyz')), []);
    await tap('返回');
  });

  it('has codes of the server before it', async () => {
    for (const payload of [{ table: 7 }, { table: 8, note: '靠窗' }]) await server.ok('POST', '/api/server/qrcodes', { appid: MINI.appid, payload, page: 'pages/table/table' }, API_KEY);
    await call('/wxa/getwxacodeunlimit').getByText('生成一个小程序码').waitFor();
  });

  /** Every page of the phone at one size and in one colour scheme. */
  async function lookAtAll(width: number, height: number, colorScheme: 'light' | 'dark'): Promise<void> {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found: string[] = [];
    const look = async (name: string) => {
      await page.waitForTimeout(150);
      await page.screenshot({ path: resolve(SHOTS, `phone-${name}-${width}-${colorScheme}.png`), fullPage: width === 390 });
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) found.push(`${name} is wider than the window`);
      found.push(...(await barriers(page)).map(each => `${name}: ${each}`));
    };
    await look('home');
    await cell('联系客服').getByRole('button').click();
    await look('service');
    await tap('返回');
    await cell('订阅消息').getByRole('button').click();
    await look('subscribe');
    await page.keyboard.press('Escape');
    await cell('扫小程序码').getByRole('button').click();
    await look('scan');
    await phone().getByRole('list', { name: '小程序码' }).getByRole('button').first().click();
    await phone().getByText('"table": 8').waitFor();
    await look('scene');
    await tap('返回');
    await tab(/公众号/);
    await look('official');
    await tab(/服务通知/);
    await look('notices');
    await tab(/小程序/);
    assert.deepEqual(found, []);
    visitor.assertFaultless();
  }

  for (const [width, height] of [[390, 844], [1440, 900], [1920, 1080]]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`is drawn ${width} wide, ${colorScheme}: without overflow, accessibility faults, errors and policy reports`, () => lookAtAll(width, height, colorScheme));
    }
  }

  it('speaks English after a switch, and can be used by the keyboard alone', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: 'English' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'HTTP calls' }).waitFor();
    assert.equal(await page.evaluate('document.documentElement.lang'), 'en');
    await page.locator('#tab-miniprogram').focus();
    await page.keyboard.press('ArrowRight');
    await until(() => page.locator('#tab-official').getAttribute('aria-selected'), chosen => chosen === 'true');
    await page.keyboard.press('ArrowLeft');
    await cell('Phone number').getByRole('button', { name: 'By code' }).focus();
    await page.keyboard.press('Enter');
    await cell('Phone number').getByText(/\+86/).waitFor();
    await page.screenshot({ path: resolve(SHOTS, 'phone-english-1440-dark.png') });
    visitor.assertFaultless();
  });
});
