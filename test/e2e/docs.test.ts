import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Server } from '../support/server';
import { startBrowser, Visitor } from './support/browser';
import { startServer } from './support/world';

const SHOTS = resolve(__dirname, '../../run/screenshots');

describe('the HTTP interface as a page', function() {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser;
  before(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function logsInAndCalls(width: number, language: 'zh-CN' | 'en', title: string): Promise<void> {
    const visitor = await Visitor.open(browser, server.url, { width, height: 900, language });
    const { page } = visitor;
    const foreign: string[] = [];
    page.on('request', request => { if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) foreign.push(request.url()); });
    await page.goto('/docs');
    assert.equal(await page.locator('header h1').textContent(), title);
    await page.locator('.opblock').first().waitFor();
    await page.locator('#token').click();
    const told = page.locator('#told');
    await told.filter({ hasText: /^o/ }).waitFor();
    const openid = await told.textContent();
    // Parts outside the view are not drawn yet.
    await page.locator('.operation-filter-input').fill('/api/me');
    await page.locator('[data-path="/api/jscode2session"]').waitFor({ state: 'detached' });
    const call = page.locator('.opblock-get').filter({ has: page.locator('[data-path="/api/me"]') });
    await call.locator('.opblock-summary-control').click();
    await call.locator('button.execute').click();
    const answer = call.locator('.live-responses-table');
    await answer.filter({ hasText: String(openid) }).waitFor();
    await page.screenshot({ path: resolve(SHOTS, `docs-${width}.png`) });
    assert.deepEqual(foreign, []);
    visitor.assertFaultless();
    await visitor.close();
  }

  it('1440 wide, in Chinese: logs a person in by one click and sends a call, using this server only', () => logsInAndCalls(1440, 'zh-CN', 'HTTP 接口'));
  it('changes the language by a link, its summaries too', async () => {
    const visitor = await Visitor.open(browser, server.url, { language: 'zh-CN' });
    const { page } = visitor;
    const login = page.locator('.opblock-post').filter({ has: page.locator('[data-path="/api/jscode2session"]') }).locator('.opblock-summary-description');
    await page.goto('/docs');
    await login.getByText('用 wx.login 的 code 登录').waitFor();
    await page.getByRole('link', { name: 'English' }).click();
    await login.getByText('Log in with the code of wx.login').waitFor();
    await page.getByRole('link', { name: '中文' }).click();
    await login.getByText('用 wx.login 的 code 登录').waitFor();
    visitor.assertFaultless();
    await visitor.close();
  });

  it('390 wide, in English: the same', () => logsInAndCalls(390, 'en', 'HTTP interface'));
});
