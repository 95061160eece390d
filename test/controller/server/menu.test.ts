import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { MINI } from '../../support/environment';

const KEY = 'test-api-key-1';
const OTHER = 'wxtestofficialplain';
const MENU = {
  button: [
    { type: 'click', name: '今日歌曲', key: 'V1001_TODAY_MUSIC' },
    { name: 'More', sub_button: [{ type: 'view', name: 'Search', url: 'https://www.example.com/' }, { type: 'click', name: 'Like', key: 'GOOD' }] },
  ],
};

describe('/api/server/menu', () => {
  const hub = useApp();
  const menu = <T = unknown>(method: string, body?: unknown, query = '') => hub().call<T>(method, `/api/server/menu${query}`, body, KEY);

  it('is replaced, shown and removed', async () => {
    assert.deepEqual((await menu('GET')).data, { button: [] });
    assert.deepEqual((await menu('PUT', MENU)).data, MENU);
    assert.deepEqual((await menu('GET')).data, MENU);
    assert.deepEqual((await menu('GET', undefined, `?appid=${OTHER}`)).data, { button: [] });
    assert.deepEqual(await menu('DELETE').then(({ code, data }) => [code, data]), [1, null]);
    assert.deepEqual((await menu('GET')).data, { button: [] });
  });

  it('names the wrong button, and does not call WeChat', async () => {
    const click = { type: 'click', name: 'a', key: 'k' };
    const wrong: Array<[unknown, RegExp]> = [
      [{ button: [] }, /1 to 3/],
      [{ button: [{ ...click, name: '一二三四五六' }] }, /Button 1: name is 18 bytes/],
      [{ button: [click, { type: 'view', name: 'b', url: 'ftp://www.example.com/' }] }, /Button 2: url/],
      [{ button: [{ name: 'a', sub_button: Array(6).fill(click) }] }, /Button 1: sub_button/],
      [{ button: [{ name: 'a', sub_button: [{ name: 'b', sub_button: [click] }] }] }, /Button 1\.1: .*two levels/],
      [{ button: [{ type: 'dance', name: 'a' }] }, /type must be one of/],
    ];
    for (const [body, message] of wrong) {
      const answer = await menu('PUT', body);
      assert.equal(answer.error, 'INVALID_ARGUMENT');
      assert.match(answer.message, message);
    }
    for (const body of [undefined, '{', [], 'x', {}, { button: 'x' }, { button: [1] }, { button: Array(4).fill(click) }]) {
      assert.equal((await menu('PUT', body)).error, 'INVALID_ARGUMENT', JSON.stringify(body));
    }
    assert.equal(await hub().sandbox.count('/cgi-bin/menu/create'), 0);
  });

  it('passes on WeChat\'s error', async () => {
    await hub().sandbox.post('/faults', { path: '/cgi-bin/menu/create', errcode: 48001, errmsg: 'api unauthorized' });
    const answer = await menu('PUT', MENU);
    assert.deepEqual([answer.error, answer.data], ['WECHAT_ERROR', { errcode: 48001, errmsg: 'api unauthorized' }]);
    await hub().sandbox.post('/faults', { path: '/cgi-bin/menu/delete', errcode: -1 });
    assert.equal((await menu('DELETE')).error, 'WECHAT_BUSY');
  });

  it('is only for official accounts, and needs an API key', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? MENU : undefined;
      assert.equal((await menu(method, body, `?appid=${MINI.appid}`)).error, 'INVALID_ARGUMENT');
      assert.equal((await menu(method, body, '?appid=wxnobody')).error, 'NOT_FOUND');
      assert.equal((await menu(method, body, '?appid=%7B')).error, 'INVALID_ARGUMENT');
      assert.equal(await hub().fails(method, '/api/server/menu', body), 'UNAUTHENTICATED');
    }
  });
});
