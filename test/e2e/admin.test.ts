import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { MINI } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';
import { startBrowser, Visitor } from './support/browser';
import { conversationOf, newPerson, received, writes } from './support/world';

describe('an administrator\'s day', function() {
  this.timeout(120_000);
  const password = 'correct-horse-battery';
  let server: Server;
  let browser: Browser;
  let admin: Visitor;
  before(async () => {
    [server, browser] = await Promise.all([Server.start(), startBrowser()]);
    admin = await Visitor.open(browser, server.url);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('begins with the link that the start prints, which works once', async () => {
    const link = await until(() => /\S+\/console\/setup#\S+/.exec(server.output.join(''))?.[0], Boolean);
    await admin.page.goto(String(link));
    await admin.page.locator('input[name=username]').fill('lihua');
    await admin.page.locator('input[name=new-password]').fill('short');
    assert.ok(await admin.page.locator('button[type=submit]').isDisabled());
    await admin.page.locator('input[name=new-password]').fill(password);
    await admin.page.locator('input[name=new-password-again]').fill(password);
    await admin.page.locator('button[type=submit]').click();
    await admin.page.waitForURL(/\/console\/overview$/);
    const second = await Visitor.open(browser, server.url);
    await second.page.goto(String(link));
    await second.page.locator('input[name=username]').fill('mallory');
    await second.page.locator('input[name=new-password]').fill(password);
    await second.page.locator('input[name=new-password-again]').fill(password);
    await second.page.locator('button[type=submit]').click();
    await second.page.getByText('这个链接已经用过或已失效').waitFor();
    await second.close();
  });

  it('makes a rule that is effective at once, tries it, and edits it', async () => {
    await admin.go('/replies');
    await admin.page.getByRole('button', { name: '新建规则' }).first().click();
    const drawer = admin.page.locator('.el-drawer');
    await drawer.getByLabel('匹配内容').fill('价格');
    await drawer.getByLabel('回复内容').fill('每份 20 元');
    await drawer.locator('.phone').getByText('每份 20 元').waitFor();
    await drawer.getByRole('button', { name: '保存' }).click();
    await admin.page.locator('ol').getByText('每份 20 元').waitFor();
    await admin.page.getByPlaceholder('输入用户可能发来的文本').fill('价格多少');
    await admin.page.getByRole('button', { name: '看看谁来回复' }).click();
    await admin.page.locator('.try .phone').getByText('每份 20 元').waitFor();
    await admin.page.getByPlaceholder('输入用户可能发来的文本').fill('你好');
    await admin.page.getByRole('button', { name: '看看谁来回复' }).click();
    await admin.page.locator('.try').getByText('没有规则会回复').waitFor();
    await admin.page.locator('.try').getByText('文本不匹配').waitFor();
    await admin.page.locator('ol').getByRole('button', { name: '编辑' }).click();
    await drawer.getByLabel('回复内容').fill('每份 25 元');
    await drawer.getByRole('button', { name: '保存' }).click();
    await admin.page.locator('ol').getByText('每份 25 元').waitFor();
    const { openid } = await newPerson(server, '李雷');
    await until(async () => {
      await writes(server, openid, '价格？');
      return received(server, openid);
    }, texts => texts.includes('每份 25 元'));
    await conversationOf(server, openid);
  });

  it('adds an app, whose pushes the server then takes', async () => {
    await admin.go('/apps');
    await admin.page.getByRole('button', { name: '添加应用' }).click();
    const dialog = admin.page.locator('.el-dialog');
    await dialog.getByLabel('AppID').fill('wxaddedbyhand000001');
    await dialog.getByLabel('名称').fill('新店');
    await dialog.getByLabel('AppSecret').fill('a-secret-of-the-app');
    await dialog.getByRole('button', { name: '保存' }).click();
    const card = admin.page.locator('article', { hasText: 'wxaddedbyhand000001' });
    await card.getByText('EncodingAESKey').waitFor();
    assert.equal(await admin.page.getByText('a-secret-of-the-app').count(), 0);
    const url = new URL(await card.locator('code', { hasText: '/message/check/' }).innerText());
    // Known on every worker within 2 s: a forged push is then refused as forged, no longer as that of an unknown app.
    await until(async () => (await fetch(`${server.url}${url.pathname}?signature=x&timestamp=1&nonce=1&echostr=1`)).status, status => status === 403);
  });

  it('finds a message that was given up, reads why, and sends it again', async () => {
    const { openid } = await newPerson(server, '韩梅梅');
    await writes(server, openid, '在吗');
    await conversationOf(server, openid);
    await (await server.database()).collection<{ _id: string }>('outbox').insertOne({
      _id: 'given-up', kind: 'custom', appid: MINI.appid, openid, lane: `${MINI.appid}:${openid}`, order: 1, state: 'dead', nextAt: new Date(), attempts: 6,
      message: { msgtype: 'text', text: { content: '您的包裹已经发出' } }, lastError: { message: 'connect ECONNREFUSED', at: new Date() }, createdAt: new Date(),
    } as { _id: string });
    await admin.go('/queue?state=dead');
    await admin.page.locator('tr', { hasText: '您的包裹已经发出' }).getByText('您的包裹已经发出').click();
    const drawer = admin.page.locator('.el-drawer');
    await drawer.getByText('connect ECONNREFUSED').waitFor();
    await drawer.getByRole('button', { name: '重新发送' }).click();
    await until(() => received(server, openid), texts => texts.includes('您的包裹已经发出'));
  });

  it('reads in the audit log who did all that', async () => {
    await admin.go('/team/audit');
    const actions = (await admin.api<{ items: Array<{ who: string; action: string }> }>('GET', '/audit?who=lihua')).data.items.map(({ action }) => action);
    for (const action of ['rule.create', 'rule.update', 'app.create', 'outbox.redrive']) assert.ok(actions.includes(action), `${action} in ${actions.join(' ')}`);
    assert.ok(await admin.page.locator('tbody tr').count() >= 4);
    assert.doesNotMatch(await admin.page.locator('tbody').innerText(), /a-secret-of-the-app|correct-horse/);
  });

  it('had no error in the console and no report of the policy', () => {
    admin.assertFaultless();
  });
});
