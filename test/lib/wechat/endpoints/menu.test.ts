import assert from 'node:assert/strict';
import { createMenu, currentMenu, deleteMenu } from '../../../../app/lib/wechat/endpoints/menu';
import { checkMenu } from '../../../../app/lib/wechat/menu';
import { answers, openWechat, refusesWith } from './support';
import { MINI, OFFICIAL } from '../../../sandbox/support';

describe('lib/wechat/endpoints/menu', () => {
  let wechat: Awaited<ReturnType<typeof openWechat>>;
  let token: string;
  before(async () => { wechat = await openWechat(); });
  after(() => wechat.close());
  beforeEach(async () => {
    await wechat.sandbox.control('POST', '/reset');
    token = await wechat.sandbox.token(OFFICIAL);
  });

  const MENU = {
    button: [
      { type: 'click', name: '今日', key: 'TODAY' },
      { name: '更多', sub_button: [{ type: 'view', name: '官网', url: 'https://example.com/' }, { type: 'miniprogram', name: '小程序', url: 'https://example.com/', appid: 'wx1', pagepath: 'pages/index' }] },
    ],
  };

  it('returns the created menu, in a form that can be created again', async () => {
    assert.deepEqual(await currentMenu(wechat.client, token), { button: [] });
    await createMenu(wechat.client, token, MENU);
    const current = await currentMenu(wechat.client, token);
    assert.deepEqual(current, MENU);
    await createMenu(wechat.client, token, checkMenu(current));
    await deleteMenu(wechat.client, token);
    assert.deepEqual(await currentMenu(wechat.client, token), { button: [] });
  });

  it('reads a menu made in WeChat\'s console', async () => {
    await answers(wechat.sandbox, '/cgi-bin/get_current_selfmenu_info', {
      is_menu_open: 1,
      selfmenu_info: {
        button: [
          { name: 'a', sub_button: { list: [{ type: 'news', name: 'n', value: 'id', news_info: { list: [{ title: 't' }] } }, { type: 'video', name: 'v', value: 'http://e' }] } },
          { type: 'text', name: 'b', value: 'hi', sub_button: { list: [] } }, 'odd', null,
        ],
      },
    });
    assert.deepEqual(await currentMenu(wechat.client, token), {
      button: [
        { name: 'a', sub_button: [{ type: 'news', name: 'n', value: 'id', news_info: [{ title: 't' }] }, { type: 'video', name: 'v', value: 'http://e' }] },
        { type: 'text', name: 'b', value: 'hi' },
      ],
    });
    await answers(wechat.sandbox, '/cgi-bin/get_current_selfmenu_info', { is_menu_open: 0, selfmenu_info: { button: [{ name: 'switched off' }] } });
    assert.deepEqual(await currentMenu(wechat.client, token), { button: [] });
    await answers(wechat.sandbox, '/cgi-bin/get_current_selfmenu_info', {});
    await assert.rejects(currentMenu(wechat.client, token), /no menu/);
  });

  it('distinguishes the errcodes', async () => {
    await refusesWith(40016, createMenu(wechat.client, token, { button: [] }));
    await refusesWith(48001, createMenu(wechat.client, await wechat.sandbox.token(MINI), MENU));
  });
});
