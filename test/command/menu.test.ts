import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { useApp } from '../support/app';
import { OFFICIAL, Scratch } from '../support/environment';
import { command } from './command';

const OTHER = 'wxtestofficialplain';
const MENU = { button: [{ type: 'click', name: '今日歌曲', key: 'V1' }, { name: 'More', sub_button: [{ type: 'view', name: 'Search', url: 'https://www.example.com/' }] }] };

describe('npm run menu', function() {
  this.timeout(60_000);
  const hub = useApp();
  const scratch = new Scratch();
  after(() => scratch.remove());
  const menu = (...args: string[]) => command('menu', args, { SANDBOX_PORT: undefined }).ended;
  const file = (content: string) => {
    const path = scratch.path('menu.json');
    writeFileSync(path, content);
    return path;
  };

  it('pushes, shows and deletes the menu', async () => {
    assert.deepEqual(await menu('push', file(JSON.stringify(MENU))), { code: 0, err: '', out: `${OFFICIAL.appid}: the menu has been replaced. Users see it within 5 minutes.\n` });
    const shown = await menu('show');
    assert.deepEqual([shown.code, JSON.parse(shown.out)], [0, MENU]);
    assert.deepEqual(await hub().ok('GET', '/api/server/menu', undefined, 'test-api-key-1'), MENU);
    assert.deepEqual(JSON.parse((await menu('show', `--appid=${OTHER}`)).out), { button: [] });
    assert.equal((await menu('delete')).code, 0);
    assert.deepEqual(JSON.parse((await menu('show')).out), { button: [] });
  });

  it('says in one line what is wrong', async () => {
    const cases: Array<[string[], RegExp]> = [
      [[], /^Usage: /],
      [['push'], /^Usage: /],
      [['show', 'x'], /^Usage: /],
      [['dance'], /^Usage: /],
      [['push', scratch.path('missing.json')], /cannot be read \(ENOENT\)/],
      [['push', file('{')], /is not JSON/],
      [['show', '--appid=wxnobody'], /^This appid is not configured/],
    ];
    for (const [args, line] of cases) {
      const { code, err } = await menu(...args);
      assert.equal(code, 1);
      assert.match(err, line);
    }
    const { code, err } = await menu('push', file('{"button":[{"type":"click","name":"a"}]}'));
    assert.equal(code, 1);
    assert.match(err, /^Button 1: key .*\n$/);
    await hub().sandbox.post('/faults', { path: '/cgi-bin/menu/delete', errcode: 48001, errmsg: 'api unauthorized' });
    await hub().sandbox.post('/faults', { path: '/cgi-bin/menu/create', errcode: 40164, errmsg: 'invalid ip 203.0.113.7, not in whitelist' });
    assert.equal((await menu('push', file(JSON.stringify(MENU)))).err, 'WeChat refuses the app wxtestofficial00001: the address 203.0.113.7 is not allowed to call: add it to the IP whitelist in WeChat\'s console (40164).\n');
    assert.match((await menu('delete')).err, /^WeChat does not do it: \/cgi-bin\/menu\/delete: 48001 api unauthorized\n$/);
  });
});
