import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeWx } from './fakeWx.mjs';

const require = createRequire(import.meta.url);
const { useApp } = require('../../../test/support/app.js');
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CREATE = join(ROOT, 'app/command/create.js');

/** The calls of `wx` that a page makes beside those to the hub. */
class PageWx extends FakeWx {
  toasts = [];
  launched = [];
  needsPrivacy = undefined;
  opened = 0;

  showToast({ title }) { this.toasts.push(title); }
  stopPullDownRefresh() { this.refreshed = true; }
  getFileSystemManager() { return { saveFileSync: path => path.replace('tmp', 'saved') }; }
  reLaunch({ url }) { this.launched.push(url); }
  onNeedPrivacyAuthorization(listener) { this.needsPrivacy = listener; }
  getPrivacySetting({ success }) { success({ needAuthorization: true, privacyContractName: '《测试指引》' }); }
  openPrivacyContract() { this.opened++; }
}

describe('npm run create, and the mini-program that it writes', () => {
  const hub = useApp();
  const scratch = mkdtempSync(join(tmpdir(), 'weapp-hub-create-'));
  const dir = join(scratch, 'my-app');
  let wx;
  const create = (args, env = {}) => spawnSync(process.execPath, [CREATE, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
  /** Loads a file as WeChat does: returns the argument of `Page` or `Component`, with `setData`. */
  const load = (file, kind) => {
    const path = join(dir, file);
    let given;
    globalThis[kind] = definition => { given = definition; };
    delete require.cache[path];
    require(path);
    delete globalThis[kind];
    const one = { ...given, ...given.methods, data: { ...given.data } };
    one.setData = change => { Object.assign(one.data, change); };
    return one;
  };
  const forget = () => { for (const path of Object.keys(require.cache)) if (path.startsWith(dir)) delete require.cache[path]; };

  before(() => {
    const { status, stdout, stderr } = create([dir], { HUB_URL: hub().url });
    assert.equal(status, 0, stderr);
    assert.ok(stdout.includes(`it calls ${hub().url}`));
  });
  beforeEach(() => {
    globalThis.wx = wx = new PageWx(async () => (await hub().sandbox.post('/login-code', { openid: 'o_page' })).code);
    forget();
  });
  after(() => {
    delete globalThis.wx;
    rmSync(scratch, { recursive: true });
  });

  it('fills in the address, writes all files, and leaves existing ones alone', () => {
    assert.equal(require(join(dir, 'config.js')).baseUrl, hub().url);
    const { pages, usingComponents } = JSON.parse(readFileSync(join(dir, 'app.json'), 'utf8'));
    for (const page of [...pages, ...Object.values(usingComponents)]) for (const type of ['js', 'json', 'wxml', 'wxss']) assert.ok(existsSync(join(dir, `${page}.${type}`)), `${page}.${type}`);
    const again = create([dir]);
    assert.deepEqual([again.status, again.stdout, again.stderr], [1, '', `${dir} is there already and is not touched: name another directory.\n`]);
    assert.match(create([]).stderr, /^Usage: npm run create -- DIR/);
    assert.match(create(['/proc/nowhere/app']).stderr, /^\/proc\/nowhere\/app cannot be written \(ENOENT\)/);
    assert.match(create([join(scratch, 'other')], { HUB_URL: 'hub' }).stderr, /^HUB_URL takes an http\(s\) URL/);
  });

  it('takes the address of HOST and PORT without HUB_URL', () => {
    const other = join(scratch, 'local');
    assert.equal(create([other], { HUB_URL: '', HOST: '0.0.0.0', PORT: '7002', EMBEDDED_DB_PORT: '' }).status, 0);
    assert.match(readFileSync(join(other, 'config.js'), 'utf8'), /baseUrl: 'http:\/\/127\.0\.0\.1:7002'/);
    assert.match(readFileSync(join(other, 'project.config.json'), 'utf8'), /"appid": "touristappid"/);
    const own = join(scratch, 'own');
    assert.equal(create([own], { SANDBOX: 'off', MINIPROGRAM_APPID: 'wx0000000000000007', MINIPROGRAM_SECRET: 's', WECHAT_APPS_FILE: '', WECHAT_API_BASE: '', IM_API_BASE: '' }).status, 0);
    assert.match(readFileSync(join(own, 'project.config.json'), 'utf8'), /"appid": "wx0000000000000007"/);
  });

  it('is JavaScript and markup without dangling references', () => {
    for (const page of ['pages/index/index', 'pages/scene/scene', 'components/privacy/privacy']) {
      execFileSync(process.execPath, ['--check', join(dir, `${page}.js`)]);
      const one = load(`${page}.js`, page.startsWith('pages') ? 'Page' : 'Component');
      for (const [, handler] of readFileSync(join(dir, `${page}.wxml`), 'utf8').matchAll(/\bbind\w+="(\w+)"/g)) assert.equal(typeof one[handler], 'function', `${page}: ${handler}`);
    }
  });

  it('logs in when it is launched, and shows the person', async () => {
    load('app.js', 'App').onLaunch();
    const page = load('pages/index/index.js', 'Page');
    await page.onLoad();
    assert.deepEqual([page.data.me.openid, page.data.phone], ['o_page', '']);
    assert.match(page.data.follow, /公众号|开放平台|关注/);
    assert.equal(wx.count('wx.login'), 1);
    await page.onPullDownRefresh();
    assert.equal(wx.refreshed, true);
  });

  it('keeps avatar and nickname for the next start', async () => {
    const page = load('pages/index/index.js', 'Page');
    page.chooseAvatar({ detail: { avatarUrl: 'http://tmp/a.png' } });
    page.enterNickname({ detail: { value: ' 小明 ' } });
    const next = load('pages/index/index.js', 'Page');
    await next.onLoad();
    assert.deepEqual([next.data.avatar, next.data.nickname], ['http://saved/a.png', '小明']);
  });

  it('takes the phone number, and shows no error to a person who does not give it', async () => {
    const page = load('pages/index/index.js', 'Page');
    await page.onLoad();
    await page.givePhone({ detail: { errMsg: 'getPhoneNumber:fail user deny' } });
    assert.deepEqual([page.data.phone, wx.toasts], ['', []]);
    const { code } = await hub().sandbox.post('/phone-code', { openid: 'o_page' });
    await page.givePhone({ detail: { code } });
    assert.match(page.data.phone, /^\d{3}\*{4}\d{4}$/);
    await page.givePhone({ detail: { code: 'wrong' } });
    assert.equal(wx.toasts.length, 1);
  });

  it('asks for subscription messages in the tap itself', async () => {
    require(join(dir, 'config.js')).templateIds = ['t1'];
    wx.choices = { t1: 'accept' };
    const page = load('pages/index/index.js', 'Page');
    assert.equal(page.data.canSubscribe, true);
    await page.order();
    wx.choices = {};
    await page.order();
    assert.deepEqual(wx.toasts, ['有进展会通知你', '已下单']);
  });

  it('shows the payload of a QR code, or that it is over', async () => {
    const page = load('pages/scene/scene.js', 'Page');
    await page.onLoad({});
    assert.deepEqual([page.data.loading, page.data.problem], [false, '请扫描小程序码进入']);
    await page.onLoad({ scene: 'nothing%20here' });
    assert.equal(page.data.problem, '这个小程序码已失效');
    page.home();
    assert.deepEqual(wx.launched, ['/pages/index/index']);
  });

  it('asks for consent when WeChat needs it, and answers all waiting calls', () => {
    const privacy = load('components/privacy/privacy.js', 'Component');
    privacy.lifetimes.attached.call(privacy);
    const answers = [];
    wx.needsPrivacy(answer => answers.push(answer));
    wx.needsPrivacy(answer => answers.push(answer));
    assert.deepEqual([privacy.data.shown, privacy.data.contract], [true, '《测试指引》']);
    privacy.open();
    assert.equal(wx.opened, 1);
    privacy.agree();
    assert.deepEqual([privacy.data.shown, answers], [false, [{ event: 'agree', buttonId: 'agree' }, { event: 'agree', buttonId: 'agree' }]]);
    wx.needsPrivacy(answer => answers.push(answer));
    privacy.disagree();
    assert.deepEqual(answers[2], { event: 'disagree' });
  });
});
