import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Server } from '../support/server';
import { barriers } from './support/axe';
import { startBrowser, Visitor } from './support/browser';
import { seed, type Seeded } from './support/seed';
import { ADMIN, startServer } from './support/world';

/** Kept as output of the test run. */
const SHOTS = resolve(__dirname, '../../run/screenshots');
const SIZES = [{ width: 390, height: 844 }, { width: 1440, height: 900 }] as const;
const SCHEMES = ['light', 'dark'] as const;

/** Dialogs above a page: name, page, and button. */
const DIALOGS = [
  ['rule', '/replies', '新建规则'], ['app', '/apps', '添加应用'], ['admin', '/team/admins', '添加成员'], ['library', '/notifications/templates', '从模板库添加'],
  ['qrcode', '/notifications/qrcodes', '生成小程序码'], ['send-one', '/notifications/templates', '发给一个人'],
] as const;

describe('every page of the console', function() {
  this.timeout(240_000);
  let server: Server;
  let browser: Browser;
  let seeded: Seeded;
  before(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    const admin = await Visitor.open(browser, server.url);
    await admin.signIn(ADMIN.username, ADMIN.password);
    seeded = await seed(server, admin);
    await admin.close();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const pages = (): Array<[name: string, path: string]> => [
    ['overview', '/overview'], ['conversations', '/conversations'], ['conversation', `/conversations/${encodeURIComponent(seeded.conversation)}`],
    ['people', '/people'], ['person', `/people/${seeded.userId}`], ['queue', '/queue'], ['queue-row', `/queue?row=${seeded.dead}`],
    ['rules', '/replies'], ['menu', '/replies/menu'], ['templates', '/notifications/templates'], ['broadcasts', '/notifications/broadcasts'],
    ['tags', '/notifications/tags'], ['qrcodes', '/notifications/qrcodes'], ['apps', '/apps'], ['admins', '/team/admins'], ['audit', '/team/audit'], ['not-found', '/no-such-page'],
  ];

  /** Draws every page in a window, and reports its faults. */
  async function drawn(width: number, height: number, colorScheme: 'light' | 'dark'): Promise<string[]> {
    const visitor = await Visitor.open(browser, server.url, { width, height, colorScheme });
    const found: string[] = [];
    const look = async (name: string) => {
      // Animations are off.
      await visitor.page.waitForTimeout(150);
      await visitor.page.screenshot({ path: resolve(SHOTS, `${name}-${width}-${colorScheme}.png`) });
      if (await visitor.page.evaluate('document.documentElement.scrollWidth > innerWidth')) found.push(`${name} is wider than the window`);
      found.push(...(await barriers(visitor.page)).map(each => `${name}: ${each}`));
    };
    for (const path of ['/sign-in', '/setup', '/setup#token']) {
      await visitor.go(path);
      await look(path.slice(1).replace('#', '-'));
    }
    await visitor.signIn(ADMIN.username, ADMIN.password);
    for (const [name, path] of pages()) {
      await visitor.go(path);
      await look(name);
    }
    await visitor.page.keyboard.press('Control+k');
    await visitor.page.getByRole('dialog').getByRole('combobox').waitFor();
    await look('search');
    await visitor.page.keyboard.press('Escape');
    for (const [name, path, button] of DIALOGS) {
      await visitor.go(path);
      await visitor.page.locator('main').getByRole('button', { name: button }).first().click();
      await visitor.page.locator('.el-drawer:visible, .el-dialog:visible').waitFor();
      await visitor.rest();
      await look(name);
    }
    await visitor.close();
    return [...found, ...visitor.faults];
  }

  for (const { width, height } of SIZES) {
    for (const colorScheme of SCHEMES) {
      it(`is drawn ${width} wide, ${colorScheme}: without overflow, accessibility faults, errors and policy reports`, async () => {
        assert.deepEqual(await drawn(width, height, colorScheme), []);
      });
    }
  }

  it('speaks English after a switch, on every page, and keeps to it', async () => {
    const visitor = await Visitor.open(browser, server.url);
    await visitor.signIn(ADMIN.username, ADMIN.password);
    assert.equal(await visitor.page.locator('html').getAttribute('lang'), 'zh-CN');
    await visitor.page.locator('.side').getByText('English').click();
    await visitor.page.getByRole('heading', { name: 'Overview' }).waitFor();
    for (const [name, path] of pages()) {
      await visitor.go(path);
      await visitor.page.screenshot({ path: resolve(SHOTS, `${name}-1440-en.png`) });
      // Names, people's texts, and drawings of them may be Chinese; the page's own texts may not.
      const said = await visitor.page.locator('nav, h1, h2, h3, th, dt, button.el-button, label, [role=tab]').allInnerTexts();
      assert.deepEqual(said.filter(text => /\p{Script=Han}/u.test(text) && !/王小明|价格|几点|营业|包裹|简体中文|订单发货通知/.test(text)), [], name);
    }
    visitor.assertFaultless();
    await visitor.close();
  });

  it('loads from its own server only, and the first page is below 350 kB', async () => {
    const visitor = await Visitor.open(browser, server.url);
    const others: string[] = [];
    visitor.page.on('request', request => { if (!request.url().startsWith(server.url)) others.push(request.url()); });
    const client = await visitor.context.newCDPSession(visitor.page);
    await client.send('Network.enable');
    let bytes = 0;
    client.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    await visitor.go('/sign-in');
    await visitor.signIn(ADMIN.username, ADMIN.password);
    assert.deepEqual(others, []);
    assert.ok(bytes > 50_000 && bytes < 350_000, `${bytes} bytes until the overview is drawn`);
    await visitor.close();
  });
});
