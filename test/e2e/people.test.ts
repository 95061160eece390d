import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { MINI } from '../support/environment';
import type { Server } from '../support/server';
import { until } from '../support/until';
import { startBrowser, Visitor } from './support/browser';
import { seed, type Seeded } from './support/seed';
import { ADMIN, startServer } from './support/world';

/** The smallest PNG: one pixel. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');

describe('people and what is sent to them', function() {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  let admin: Visitor;
  let seeded: Seeded;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    admin = await Visitor.open(browser, server.url);
    await admin.signIn(ADMIN.username, ADMIN.password);
    seeded = await seed(server, admin);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  const audited = async (action: string) => (await admin.api<{ items: unknown[] }>('GET', `/audit?action=${action}`)).data.items.length;

  it('finds a person by the beginning of a nickname, and keeps the search in the address', async () => {
    await admin.go('/people');
    await admin.page.locator('.q input').fill('王小');
    await admin.page.waitForURL(/q=/);
    await until(() => admin.page.locator('tbody tr').count(), count => count === 1);
    await admin.page.reload();
    await admin.rest();
    assert.equal(await admin.page.locator('.q input').inputValue(), '王小');
    await admin.page.locator('tbody').getByText('王小明').waitFor();
  });

  it('shows a phone number in clear on request, and notes that', async () => {
    await admin.go(`/people/${seeded.userId}`);
    await admin.page.getByText(/^\*+\d{4}$/).waitFor();
    await admin.page.getByRole('button', { name: '显示' }).click();
    await admin.page.getByText(/^1\d{10}$/).waitFor();
    assert.equal(await audited('user.phone'), 1);
  });

  it('sends an image that the agent has chosen', async () => {
    await admin.go(`/conversations/${encodeURIComponent(seeded.conversation)}`);
    await admin.page.locator('footer').getByText('图片', { exact: true }).click();
    await admin.page.locator('footer input[type=file]').setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: PIXEL });
    await admin.page.locator('footer canvas').waitFor();
    await admin.page.locator('footer').getByRole('button', { name: '发送' }).click();
    await until(() => server.sandbox.call<{ messages: Array<{ msgtype: string }> }>('GET', `/messages?openid=${seeded.conversation.split(':')[1]}`), ({ messages }) => messages.some(({ msgtype }) => msgtype === 'image'));
    await admin.page.getByRole('log').locator('.us .file').waitFor();
  });

  it('counts the recipients of a notification before it is sent, then sends it once to each', async () => {
    const openid = seeded.conversation.split(':')[1];
    // The seed's message has used up the existing grant.
    const [{ id }] = (await admin.api<Array<{ id: string }>>('GET', `/templates?appid=${MINI.appid}`)).data;
    await server.sandbox.post('/push', { appid: MINI.appid, message: { FromUserName: openid, MsgType: 'event', Event: 'subscribe_msg_popup_event', List: [{ TemplateId: id, SubscribeStatusString: 'accept', PopupScene: '2' }] } });
    await until(async () => (await server.database()).collection('subscriptions').findOne({ openid, templateId: id }), grant => (grant?.remaining ?? 0) === 1);
    await admin.go(`/notifications/broadcasts?appid=${MINI.appid}`);
    await admin.page.getByRole('button', { name: '新建群发' }).click();
    const form = admin.page.locator('section.form');
    await form.getByLabel('订单编号').fill('A1001');
    await form.getByLabel('商品名称').fill('苹果');
    await form.getByRole('button', { name: '计算人数' }).click();
    await form.getByText('将发给 1 人').waitFor();
    await form.getByRole('button', { name: '开始发送' }).click();
    await admin.page.locator('.el-message-box').getByRole('button', { name: '开始发送' }).click();
    await admin.page.locator('article').first().getByText('已完成').waitFor();
    const notices = () => server.sandbox.call<{ messages: Array<{ via: string }> }>('GET', `/messages?openid=${openid}`).then(({ messages }) => messages.filter(({ via }) => via === 'subscribe').length);
    // The seed has sent the first one.
    assert.equal(await until(notices, count => count >= 2), 2);
  });

  it('makes a QR code, draws it and saves it', async () => {
    await admin.go('/notifications/qrcodes');
    await admin.page.getByRole('button', { name: '生成小程序码' }).first().click();
    const dialog = admin.page.locator('.el-dialog');
    await dialog.getByLabel('携带的数据').fill('{"table": 8}');
    await dialog.getByRole('button', { name: '生成', exact: true }).click();
    await dialog.locator('canvas').waitFor();
    const [download] = await Promise.all([admin.page.waitForEvent('download'), dialog.getByRole('button', { name: '下载' }).click()]);
    assert.ok(readFileSync(await download.path()).length > 50);
  });

  it('sorts rules, and the new order holds after a reload', async () => {
    await admin.go('/replies');
    const texts = () => admin.page.locator('ol .when').allInnerTexts();
    const before = await texts();
    await admin.page.locator('ol li').nth(1).getByRole('button', { name: '上移' }).click();
    await until(texts, now => now[0] === before[1]);
    await until(async () => (await admin.api<{ items: Array<{ when: { text?: string } }> }>('GET', '/rules')).data.items[0].when.text, text => text === '几点|营业');
    await admin.go('/replies');
    assert.deepEqual(await texts(), [before[1], before[0], ...before.slice(2)]);
  });

  it('saves all people as CSV', async () => {
    await admin.go('/people');
    const [download] = await Promise.all([admin.page.waitForEvent('download'), admin.page.getByRole('link', { name: '导出 CSV' }).click()]);
    assert.match(readFileSync(await download.path(), 'utf8'), /王小明/);
  });

  it('erases a person once their name is typed', async () => {
    await admin.go(`/people/${seeded.userId}`);
    await admin.page.getByRole('button', { name: '删除用户' }).click();
    const dialog = admin.page.locator('.el-dialog');
    const go = dialog.getByRole('button', { name: '永久删除' });
    assert.ok(await go.isDisabled());
    await dialog.getByRole('textbox').fill('王小明');
    await go.click();
    await admin.page.waitForURL(/\/console\/people$/);
    assert.equal((await admin.api('GET', `/users/${seeded.userId}`)).status, 404);
  });

  it('had no error in the console and no report of the policy', () => {
    admin.assertFaultless();
  });
});
