import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Server } from '../support/server';
import { startBrowser, Visitor } from './support/browser';
import { ADMIN, AGENT, startServer } from './support/world';

describe('signing in to the console', function() {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('leads back to the page that was asked for, with a cookie that no script and no other site sees', async () => {
    const visitor = await Visitor.open(browser, server.url);
    await visitor.page.goto('/console/queue?state=dead');
    await visitor.page.waitForURL(/\/console\/sign-in\?to=/);
    await visitor.page.locator('input[name=username]').fill(ADMIN.username);
    await visitor.page.locator('input[name=password]').fill(ADMIN.password);
    await visitor.page.keyboard.press('Enter');
    await visitor.page.waitForURL(/\/console\/queue\?state=dead$/);
    const cookie = (await visitor.context.cookies()).find(({ name }) => name === 'weapp_hub_console');
    assert.deepEqual({ httpOnly: cookie?.httpOnly, sameSite: cookie?.sameSite, path: cookie?.path }, { httpOnly: true, sameSite: 'Strict', path: '/console' });
    assert.equal(await visitor.page.evaluate('document.cookie'), '');
    visitor.assertFaultless();
    await visitor.close();
  });

  it('never leads to another site', async () => {
    const visitor = await Visitor.open(browser, server.url);
    await visitor.go('/sign-in?to=//example.com/');
    await visitor.page.locator('input[name=username]').fill(ADMIN.username);
    await visitor.page.locator('input[name=password]').fill(ADMIN.password);
    await visitor.page.keyboard.press('Enter');
    await visitor.page.waitForURL(/\/console\/overview$/);
    assert.equal(new URL(visitor.page.url()).origin, server.url);
    await visitor.close();
  });

  it('refuses a change without the token of the session', async () => {
    const visitor = await Visitor.open(browser, server.url);
    await visitor.signIn(ADMIN.username, ADMIN.password);
    const forged = await visitor.context.request.post('/console/api/rules', { data: { when: {}, reply: { via: 'custom', message: { msgtype: 'text', text: { content: 'x' } } } } });
    assert.equal(forged.status(), 403);
    assert.equal((await visitor.api('GET', '/rules')).status, 200);
    await visitor.close();
  });

  it('is signed out on every page when the session ends elsewhere', async () => {
    const visitor = await Visitor.open(browser, server.url);
    await visitor.signIn(ADMIN.username, ADMIN.password);
    const other = await visitor.context.newPage();
    await other.goto('/console/overview');
    await other.locator('.side').getByRole('button', { name: '退出' }).click();
    await other.waitForURL(/\/console\/sign-in$/);
    await visitor.page.locator('.side').getByRole('link', { name: '用户' }).click();
    await visitor.page.waitForURL(/\/console\/sign-in\?to=/);
    await visitor.close();
  });

  it('shows an agent an agent\'s pages, and refuses the rest, in the page and in the API', async () => {
    const admin = await Visitor.open(browser, server.url);
    await admin.signIn(ADMIN.username, ADMIN.password);
    assert.equal((await admin.api('POST', '/admins', { ...AGENT, role: 'agent' })).status, 200);
    await admin.close();
    const agent = await Visitor.open(browser, server.url);
    await agent.signIn(AGENT.username, AGENT.password);
    const entries = await agent.page.locator('.side nav a').allInnerTexts();
    assert.deepEqual(entries, ['概览', '会话', '用户', '自动回复', '消息通知']);
    await agent.go('/team/admins');
    assert.match(agent.page.url(), /\/console\/overview$/);
    for (const path of ['/apps', '/outbox', '/admins', '/audit']) assert.equal((await agent.api('GET', path)).status, 403, path);
    for (const path of ['/conversations', '/users', '/rules', '/overview']) assert.equal((await agent.api('GET', path)).status, 200, path);
    await agent.go('/replies');
    assert.equal(await agent.page.getByRole('button', { name: '新建规则' }).count(), 0);
    agent.assertFaultless();
    await agent.close();
  });

  it('says what is wrong, and locks a name out after five failures', async () => {
    const visitor = await Visitor.open(browser, server.url);
    await visitor.go('/sign-in');
    for (let attempt = 1; attempt <= 5; attempt++) {
      await visitor.page.locator('input[name=username]').fill('nobody');
      await visitor.page.locator('input[name=password]').fill(`wrong-password-${attempt}`);
      const answered = visitor.page.waitForResponse(/\/console\/api\/session$/);
      await visitor.page.keyboard.press('Enter');
      assert.equal((await answered).status(), 401);
      await visitor.page.getByText('用户名或密码不正确').waitFor();
    }
    await visitor.page.locator('input[name=password]').fill('wrong-password-6');
    const answered = visitor.page.waitForResponse(/\/console\/api\/session$/);
    await visitor.page.keyboard.press('Enter');
    const response = await answered;
    assert.equal(response.status(), 429);
    assert.ok(Number(response.headers()['retry-after']) > 0);
    await visitor.page.getByText(/请在 \d+ 分钟后再试/).waitFor();
    visitor.assertFaultless();
    await visitor.close();
  });
});
