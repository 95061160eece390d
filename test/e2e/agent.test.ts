import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Server } from '../support/server';
import { MINI } from '../support/environment';
import { until } from '../support/until';
import { startBrowser, Visitor } from './support/browser';
import { listenOnTwoWorkers } from './support/workers';
import { ADMIN, AGENT, conversationOf, HOSTILE, newPerson, received, startServer, writes } from './support/world';

describe('an agent\'s day', function() {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  let agent: Visitor;
  let admin: Visitor;
  let openid: string;
  before(async () => {
    // The log tells which worker has answered which request.
    [server, browser] = await Promise.all([startServer({ LOG_LEVEL: 'debug', LOG_FORMAT: 'json' }), startBrowser()]);
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

  it('sees a message come in, in both browsers, without asking, though another worker tells each', async () => {
    await Promise.all([agent.go('/conversations'), admin.go('/conversations')]);
    await listenOnTwoWorkers(server, agent, admin);
    await writes(server, openid, '你好，在吗？');
    const written = Date.now();
    const shown = await Promise.all([agent, admin].map(async ({ page }) => {
      await page.locator('.rows').getByText('你好，在吗？').waitFor({ timeout: 5_000 });
      return Date.now() - written;
    }));
    console.log(`      seen after ${shown.join(' and ')} ms`);
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

  it('hands it over to a colleague, and both see who answers', async () => {
    await agent.page.locator('header').getByRole('button', { name: '操作' }).click();
    await agent.page.getByRole('menuitem', { name: '转交' }).click();
    const box = agent.page.locator('.el-message-box');
    await box.getByRole('textbox').fill('nobody-of-this-name');
    await box.getByRole('button', { name: '确定' }).click();
    await agent.page.locator('.el-message').first().waitFor();
    await agent.page.getByText('你正在接待').waitFor();
    await agent.page.locator('header').getByRole('button', { name: '操作' }).click();
    await agent.page.getByRole('menuitem', { name: '转交' }).click();
    await box.getByRole('textbox').fill(ADMIN.username);
    await box.getByRole('button', { name: '确定' }).click();
    await agent.page.getByText(`${ADMIN.username} 正在接待`).waitFor();
    await admin.page.locator('header').getByText('你正在接待').waitFor();
    await admin.page.locator('.rows').getByText('我', { exact: true }).waitFor();
  });

  it('sees what became of each try of a message that was not taken at once', async () => {
    await server.sandbox.post('/faults', { path: '/cgi-bin/message/custom/send', errcode: -1, times: 1 });
    await agent.page.getByPlaceholder('输入回复').fill('发票已经开好。');
    await agent.page.keyboard.press('Enter');
    const entry = agent.page.getByRole('log').locator('.entry', { hasText: '发票已经开好。' });
    await entry.getByRole('button', { name: '尝试 2 次' }).click();
    await entry.getByText('微信系统繁忙（-1）').waitFor();
    assert.match(await entry.locator('ol code').innerText(), /^[0-9a-f-]{8,}$/);
    assert.equal((await received(server, openid)).filter(text => text === '发票已经开好。').length, 1);
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
    await agent.page.getByText('这位用户目前没有可用的订阅通知').waitFor();
    await sendsTheTemplateThatIsGranted();
    await writes(server, openid, '我又来了');
    await agent.page.getByPlaceholder('输入回复').waitFor();
  });

  /** The window stays closed: a template for which there is a grant goes out all the same, once for each grant. */
  async function sendsTheTemplateThatIsGranted(): Promise<void> {
    const { data: library } = await admin.api<Array<{ tid: string; title: string }>>('GET', `/templates/library?appid=${MINI.appid}&q=${encodeURIComponent('上课提醒')}`);
    const { data: { id } } = await admin.api<{ id: string }>('POST', '/templates', { appid: MINI.appid, tid: library[0].tid, kidList: [1, 3], sceneDesc: '提醒上课' });
    await server.sandbox.post('/grant', { openid, templateId: id, count: 1, appid: MINI.appid });
    await server.sandbox.post('/push', { appid: MINI.appid, message: { FromUserName: openid, MsgType: 'event', Event: 'subscribe_msg_popup_event', List: [{ TemplateId: id, SubscribeStatusString: 'accept', PopupScene: '1' }] } });
    await until(async () => (await server.database()).collection('subscriptions').findOne({ openid, templateId: id }), grant => grant?.remaining === 1);
    await agent.go(talk());
    await agent.page.getByRole('button', { name: '上课提醒 · 剩 1 次' }).click();
    const dialog = agent.page.locator('.el-dialog:visible');
    await dialog.getByLabel('课程名称').fill('高等数学');
    await dialog.getByLabel('老师').fill('王老师');
    await dialog.getByRole('button', { name: '发送' }).click();
    await agent.page.getByRole('log').locator('.us').getByText('高等数学').waitFor();
    const notices = () => server.sandbox.call<{ messages: Array<{ via: string }> }>('GET', `/messages?openid=${openid}`).then(({ messages }) => messages.filter(({ via }) => via === 'subscribe').length);
    assert.equal(await until(notices, count => count > 0), 1);
    await agent.page.getByText('这位用户目前没有可用的订阅通知').waitFor();
    assert.equal(await agent.page.getByPlaceholder('输入回复').count(), 0);
  }

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
