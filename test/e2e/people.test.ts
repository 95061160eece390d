import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { MINI, OFFICIAL } from '../support/environment';
import type { Server } from '../support/server';
import { until } from '../support/until';
import { startBrowser, Visitor } from './support/browser';
import { seed, type Seeded } from './support/seed';
import { ADMIN, conversationOf, startServer } from './support/world';

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

  it('sends a link to a follower of the official account, which takes it as news', async () => {
    const follower = 'oFollower0001';
    await server.sandbox.post('/push', { kind: 'official', appid: OFFICIAL.appid, message: { FromUserName: follower, MsgType: 'text', Content: '营业时间？' } });
    await conversationOf(server, follower);
    await admin.go(`/conversations/${encodeURIComponent(`${OFFICIAL.appid}:${follower}`)}`);
    const composer = admin.page.locator('footer');
    await composer.getByText('图文链接', { exact: true }).click();
    await composer.getByLabel('标题').fill('营业时间');
    await composer.getByLabel('链接地址').fill('https://example.com/hours');
    await composer.getByLabel('描述').fill('周一至周日');
    await composer.getByRole('button', { name: '发送' }).click();
    await until(() => server.sandbox.call<{ messages: Array<{ msgtype: string }> }>('GET', `/messages?openid=${follower}&appid=${OFFICIAL.appid}`), ({ messages }) => messages.some(({ msgtype }) => msgtype === 'news'));
    await admin.page.getByRole('log').locator('.us .news').getByText('周一至周日').waitFor();
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

  it('sends a template message of the official account to one of its followers, by a form drawn from its fields', async () => {
    await admin.go(`/notifications/templates?appid=${OFFICIAL.appid}`);
    const card = admin.page.locator('article', { hasText: '订单发货提醒' });
    await card.getByRole('button', { name: '发给一个人' }).click();
    const dialog = admin.page.locator('.el-dialog:visible');
    const send = dialog.getByRole('button', { name: '发送' });
    await dialog.getByLabel('openid').fill('oFollower0001');
    await dialog.getByLabel('订单编号').fill('A1001');
    await dialog.getByLabel('商品名称').fill('一'.repeat(21));
    await dialog.getByText('最多 20 个字').waitFor();
    assert.ok(await send.isDisabled());
    await dialog.getByLabel('商品名称').fill('春季外套');
    await dialog.getByLabel('发货时间').fill('2026年1月31日 09:30');
    await dialog.getByLabel('点击后打开的网页').fill('https://example.com/orders/1001');
    await dialog.getByRole('img', { name: '通知预览' }).getByText('春季外套').waitFor();
    await send.click();
    const arrived = () => server.sandbox.call<{ messages: Array<{ via: string; message: { url?: string; data?: object } }> }>('GET', `/messages?openid=oFollower0001&appid=${OFFICIAL.appid}`).then(({ messages }) => messages.filter(({ via }) => via === 'template'));
    const [{ message }] = await until(arrived, messages => messages.length > 0);
    const names = { character_string1: '订单编号', thing2: '商品名称', time3: '发货时间' };
    assert.deepEqual(message, { title: '订单发货提醒', names, url: 'https://example.com/orders/1001', data: { character_string1: { value: 'A1001' }, thing2: { value: '春季外套' }, time3: { value: '2026年1月31日 09:30' } } });
  });

  it('tags 600 people at once, as a job with its progress', async () => {
    const { openids } = await server.sandbox.call<{ openids: string[] }>('POST', '/users', { count: 600, following: true, appid: OFFICIAL.appid });
    await admin.go(`/notifications/tags?appid=${OFFICIAL.appid}`);
    await admin.page.locator('tr', { hasText: '老客户' }).getByRole('button', { name: '给用户打标签' }).click();
    const dialog = admin.page.locator('.el-dialog:visible');
    await dialog.getByRole('textbox').fill(openids.join('\n'));
    await dialog.getByText('识别到 600 个 openid').waitFor();
    await dialog.getByRole('button', { name: '打上标签' }).click();
    await admin.page.locator('.job').getByText('已完成').waitFor();
    await admin.page.locator('.job').getByText('600 / 600').waitFor();
    await admin.page.locator('tr', { hasText: '老客户' }).getByText('600').waitFor();
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

  it('sorts rules by dragging one, and the new order holds after a reload', async () => {
    await admin.go('/replies');
    const texts = () => admin.page.locator('ol .when').allInnerTexts();
    const before = await texts();
    await admin.page.locator('ol li').last().locator('.handle').dragTo(admin.page.locator('ol li').first());
    const dragged = [before[before.length - 1], ...before.slice(0, -1)];
    await until(texts, now => now[0] === dragged[0]);
    await until(() => admin.api<{ items: unknown[] }>('GET', '/audit?action=rule.order').then(({ data }) => data.items.length), count => count === 2);
    await admin.go('/replies');
    assert.deepEqual(await texts(), dragged);
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
