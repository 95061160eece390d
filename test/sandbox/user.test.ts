import assert from 'node:assert/strict';
import { MINI, OFFICIAL, openSandbox } from './support';
import type { Json, TestSandbox } from './support';

describe('sandbox: followers', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control('POST', '/reset'));

  const get = async (path: string, query: Record<string, string> = {}) => sandbox.get(path, { access_token: await sandbox.token(OFFICIAL), ...query });

  it('distinguishes followers from others', async () => {
    const { openid } = await sandbox.control('POST', '/follow', { unionid: 'u1', following: true });
    const info = await get('/cgi-bin/user/info', { openid: String(openid) });
    assert.equal(info.subscribe, 1);
    assert.equal(info.unionid, 'u1');
    assert.ok(Math.abs(Number(info.subscribe_time) - Date.now() / 1000) < 5);
    await sandbox.control('POST', '/follow', { openid, following: false });
    assert.deepEqual(await get('/cgi-bin/user/info', { openid: String(openid) }), { subscribe: 0, openid });
    assert.equal((await get('/cgi-bin/user/info', { openid: 'nobody' })).errcode, 40003);
    assert.equal((await sandbox.login({ unionid: 'u1' })).unionid, 'u1');
  });

  it('answers up to 100 at once', async () => {
    const { openids } = await sandbox.control('POST', '/users', { count: 101, following: true, unionidPrefix: 'u' });
    const list = Array.from(openids as unknown as string[], openid => ({ openid, lang: 'zh_CN' }));
    const batch = async (user_list: unknown) => sandbox.post('/cgi-bin/user/info/batchget', { access_token: await sandbox.token(OFFICIAL) }, { user_list });
    const { user_info_list } = await batch(list.slice(0, 100));
    assert.equal(user_info_list.length, 100);
    assert.equal(user_info_list[99].unionid, 'u99');
    assert.equal((await batch(list)).errcode, 40032);
    assert.equal((await batch([])).errcode, 40032);
    assert.equal((await batch([{ openid: 'nobody' }])).errcode, 40003);
  });

  it('lists followers page by page', async () => {
    await sandbox.control('POST', '/users', { openids: ['a', 'b', 'c', 'd', 'e'], following: true });
    await sandbox.control('POST', '/settings', { userGetPageSize: 2 });
    const pages: Json[] = [];
    let next_openid = '';
    do {
      const page = await get('/cgi-bin/user/get', { next_openid });
      pages.push(page);
      next_openid = String(page.next_openid);
    } while (next_openid !== '');
    assert.deepEqual(pages.map(page => page.data?.openid), [['a', 'b'], ['c', 'd'], ['e'], undefined]);
    assert.deepEqual(pages.map(({ total, count }) => [total, count]), [[5, 2], [5, 2], [5, 1], [5, 0]]);
    assert.equal((await get('/cgi-bin/user/get', { next_openid: 'nobody' })).errcode, 40003);
    await sandbox.control('POST', '/follow', { openid: 'b', following: false });
    assert.equal((await get('/cgi-bin/user/get')).total, 4);
  });

  it('lists 10,000 per page by default', async () => {
    await sandbox.control('POST', '/users', { count: 10_001, following: true });
    const first = await get('/cgi-bin/user/get');
    assert.equal(first.count, 10_000);
    assert.equal((await get('/cgi-bin/user/get', { next_openid: String(first.next_openid) })).count, 1);
  });

  it('links a person to a unionid later, and unlinks them', async () => {
    await sandbox.login({ openid: 'o1', unionid: null });
    await sandbox.control('POST', '/follow', { openid: 'f1', unionid: 'u1', following: true });
    await sandbox.login({ openid: 'o1', unionid: 'u1' });
    const person = await sandbox.control('GET', `/users/${MINI.appid}/o1`);
    assert.deepEqual(person.openids, { [MINI.appid]: 'o1', [OFFICIAL.appid]: 'f1' });
    await sandbox.login({ openid: 'o1', unionid: null });
    assert.deepEqual((await sandbox.control('GET', `/users/${MINI.appid}/o1`)).openids, { [MINI.appid]: 'o1' });
  });
});

describe('sandbox: menu', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control('POST', '/reset'));

  const click = (change: object = {}) => ({ type: 'click', name: 'n', key: 'k', ...change });
  const view = (change: object = {}) => ({ type: 'view', name: 'n', url: 'https://example.com/', ...change });
  const sub = (...sub_button: object[]) => ({ name: 'n', sub_button });
  const create = async (...button: object[]) =>
    (await sandbox.post('/cgi-bin/menu/create', { access_token: await sandbox.token(OFFICIAL) }, { button })).errcode;
  const get = async (path: string) => sandbox.get(path, { access_token: await sandbox.token(OFFICIAL) });

  it('creates, shows and deletes', async () => {
    assert.equal((await get('/cgi-bin/menu/get')).errcode, 46003);
    assert.equal((await get('/cgi-bin/get_current_selfmenu_info')).is_menu_open, 0);
    assert.equal(await create(click(), sub(view(), click())), 0);
    const { button } = (await get('/cgi-bin/menu/get')).menu;
    assert.deepEqual(button, [{ ...click(), sub_button: [] }, sub(view(), click())]);
    const current = await get('/cgi-bin/get_current_selfmenu_info');
    assert.equal(current.is_menu_open, 1);
    assert.deepEqual(current.selfmenu_info.button, [click(), { name: 'n', sub_button: { list: [view(), click()] } }]);
    assert.equal((await get('/cgi-bin/menu/delete')).errcode, 0);
    assert.equal((await get('/cgi-bin/menu/get')).errcode, 46003);
  });

  it('names the fault', async () => {
    const cases: [number, object[]][] = [
      [40016, []], [40016, [click(), click(), click(), click()]],
      [40017, [click({ type: 'dance' })]], [40018, [click({ name: '六个字太长了' })]], [40018, [click({ name: '' })]],
      [40019, [click({ key: '' })]], [40019, [click({ key: 'k'.repeat(129) })]],
      [40020, [view({ url: `https://e.com/${'x'.repeat(1024)}` })]], [40055, [view({ url: 'ftp://example.com' })]],
      [40023, [sub(click(), click(), click(), click(), click(), click())]], [40022, [sub(sub(click()))]],
      [40024, [sub(click({ type: 'x' }))]], [40025, [sub(click({ name: 'n'.repeat(61) }))]], [40026, [sub(click({ key: '' }))]],
      [40027, [sub(view({ url: '' }))]], [40054, [sub(view({ url: 'example' }))]],
      [40007, [{ type: 'media_id', name: 'n', media_id: 'x' }]],
      [41030, [view({ type: 'miniprogram', appid: 'wx' })]],
      [0, [view({ type: 'miniprogram', appid: 'wx', pagepath: 'p' }), sub(click({ name: 'n'.repeat(60) }))]],
    ];
    for (const [errcode, buttons] of cases) assert.equal(await create(...buttons), errcode, JSON.stringify(buttons).slice(0, 80));
  });
});
