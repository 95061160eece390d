import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Server } from '../support/server';
import { MINI } from '../support/environment';
import { until } from '../support/until';
import { startBrowser, Visitor } from './support/browser';
import { ADMIN, AGENT, conversationOf, HOSTILE, newPerson, received, startServer, writes } from './support/world';

describe('an agent\'s day', function() {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  let agent: Visitor;
  let admin: Visitor;
  let openid: string;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    [admin, agent] = await Promise.all([Visitor.open(browser, server.url), Visitor.open(browser, server.url)]);
    await admin.signIn(ADMIN.username, ADMIN.password);
    await admin.api('POST', '/admins', { ...AGENT, role: 'agent' });
    await agent.signIn(AGENT.username, AGENT.password);
    ({ openid } = await newPerson(server, '王小明', { phone: true }));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const talk = () => `/conversations/${encodeURIComponent(`${MINI.appid}:${openid}`)}`;

  it('sees a message arrive, in both browsers, without a reload', async () => {
    await Promise.all([agent.go('/conversations'), admin.go('/conversations')]);
    await writes(server, openid, '你好，在吗？');
    for (const { page } of [agent, admin]) await page.locator('.rows').getByText('你好，在吗？').waitFor();
    assert.equal(await agent.page.locator('.rows .count').first().innerText(), '1');
  });

  it('opens it by keyboard, takes it, and the other agent sees the assignee', async () => {
    await agent.page.locator('body').press('j');
    await agent.page.locator('body').press('Enter');
    await agent.page.waitForURL(new RegExp(`/console${talk()}$`));
    await agent.page.getByRole('log').getByText('你好，在吗？').waitFor();
    await admin.go(talk());
    await agent.page.locator('header').getByRole('button', { name: '接手' }).click();
    await agent.page.getByText('你正在接待').waitFor();
    await admin.page.getByText(`${AGENT.username} 正在接待`).waitFor();
    // A conversation that is open on a screen counts as read.
    await until(() => agent.page.locator('.rows .count').count(), count => count === 0);
  });

  it('answers, and the person gets it once, in both browsers', async () => {
    await agent.page.getByPlaceholder('输入回复').fill('在的，请讲。');
    await agent.page.keyboard.press('Enter');
    for (const { page } of [agent, admin]) await page.getByRole('log').getByText('在的，请讲。').waitFor();
    await until(() => received(server, openid), texts => texts.includes('在的，请讲。'));
    assert.deepEqual((await received(server, openid)).filter(text => text === '在的，请讲。').length, 1);
    await agent.page.getByRole('log').getByText('已发送').first().waitFor();
  });

  it('sees hostile text as plain text', async () => {
    await writes(server, openid, HOSTILE);
    await agent.page.getByRole('log').getByText('<img src=x', { exact: false }).waitFor();
    assert.notEqual(await agent.page.title(), 'hacked');
    assert.equal(await agent.page.locator('.bubble img').count(), 0);
    await writes(server, openid, '长'.repeat(10_000));
    await until(() => agent.page.getByRole('log').locator('.bubble').count(), count => count >= 4);
    assert.equal(await agent.page.evaluate('document.documentElement.scrollWidth > innerWidth'), false);
  });

  it('writes a note for the team, and a colleague reads it', async () => {
    await agent.page.locator('.person textarea').fill('要发票');
    await agent.page.locator('.person').getByRole('button', { name: '添加备注' }).click();
    await agent.page.locator('.person article').getByText('要发票').waitFor();
    await admin.go(talk());
    await admin.page.locator('.person article').getByText('要发票').waitFor();
  });

  it('cannot write outside the window, is told why, and can again when the person has written', async () => {
    await (await server.database()).collection<{ _id: string }>('conversations').updateOne({ _id: `${MINI.appid}:${openid}` }, { $set: { windowUntil: new Date(Date.now() - 1_000) } });
    await (await server.database()).collection('messages').updateMany({ openid }, { $set: { receivedAt: new Date(Date.now() - 49 * 3_600_000), createTime: new Date(Date.now() - 49 * 3_600_000) } });
    await agent.go(talk());
    await agent.page.getByText('48 小时的回复时限已过').waitFor();
    assert.equal(await agent.page.getByPlaceholder('输入回复').count(), 0);
    await writes(server, openid, '我又来了');
    await agent.page.getByPlaceholder('输入回复').waitFor();
  });

  it('closes it, and a new message opens it again', async () => {
    await agent.page.getByRole('button', { name: '关闭会话' }).click();
    await agent.page.getByRole('button', { name: '重新打开' }).waitFor();
    await writes(server, openid, '还有一个问题');
    await agent.page.getByRole('button', { name: '关闭会话' }).waitFor();
  });

  it('finds people by the search, from the keyboard', async () => {
    await agent.page.keyboard.press('Control+k');
    await agent.page.getByRole('dialog').getByRole('combobox').fill(openid);
    await agent.page.getByRole('option', { name: /王小明/ }).waitFor();
    await agent.page.keyboard.press('Enter');
    await agent.page.waitForURL(/\/console\/people\//);
    await agent.page.getByRole('heading', { name: '王小明' }).waitFor();
    // Only administrators see phone numbers in clear.
    assert.equal(await agent.page.getByRole('button', { name: '显示' }).count(), 0);
    await conversationOf(server, openid);
  });

  it('had no error in the console and no report of the policy', () => {
    agent.assertFaultless();
    admin.assertFaultless();
  });
});
