import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError } from '../../../app/lib/errors';
import { checkMenu } from '../../../app/lib/wechat/menu';
import { throwsOnly } from '../support';

const click = (change: object = {}) => ({ type: 'click', name: 'n', key: 'k', ...change });
const view = (change: object = {}) => ({ type: 'view', name: 'n', url: 'https://example.com/', ...change });
const sub = (...sub_button: unknown[]) => ({ name: 'n', sub_button });

function refusal(...button: unknown[]): string {
  try {
    checkMenu({ button });
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'INVALID_ARGUMENT');
    return error.message;
  }
  return 'accepted';
}

describe('lib/wechat/menu', () => {
  it('accepts a valid menu unchanged', () => {
    const menu = {
      button: [
        click({ name: '五个汉字啊', key: 'k'.repeat(128) }),
        sub(...['scancode_push', 'scancode_waitmsg', 'pic_sysphoto', 'pic_photo_or_album', 'pic_weixin'].map(type => click({ type, name: '二'.repeat(20) }))),
        sub(click({ type: 'location_select' }), { type: 'media_id', name: 'n', media_id: 'm' }, { type: 'article_id', name: 'n', article_id: 'a' },
          { type: 'miniprogram', name: 'n', url: 'http://e.com', appid: 'wx1', pagepath: 'p' }, view({ url: `https://e.com/${'x'.repeat(1_010)}` })),
      ],
    };
    assert.deepEqual(checkMenu(menu), menu);
  });

  it('removes fields that menu/create does not need', () => {
    assert.deepEqual(checkMenu({ button: [click({ sub_button: [], url: 'x', other: {} })], conditionalmenu: [] }), { button: [click()] });
    assert.deepEqual(checkMenu({ button: [{ ...sub(view({ sub_button: [] })), type: 'click' }] }), { button: [sub(view())] });
  });

  it('names the button and what is wrong with it', () => {
    const cases: [RegExp, unknown[]][] = [
      [/1 to 3 buttons, not 0/, []],
      [/1 to 3 buttons, not 4/, [click(), click(), click(), click()]],
      [/^Button 2: must be an object/, [click(), 'x']],
      [/^Button 1: type must be one of click, view/, [click({ type: 'dance' })]],
      [/^Button 1: type must be/, [click({ type: '__proto__' })]],
      [/^Button 1: name is 18 bytes long; at most 16/, [click({ name: '六个字太长了' })]],
      [/^Button 1: name must be a text/, [click({ name: ' ' })]],
      [/^Button 1: name must be a text/, [sub(click()), click()].map(button => ({ ...button, name: 1 }))],
      [/^Button 1: key must be a text .* type click needs it/, [click({ key: undefined })]],
      [/^Button 1: key is 129 bytes/, [click({ key: 'k'.repeat(129) })]],
      [/^Button 2: url must begin/, [click(), view({ url: 'ftp://example.com' })]],
      [/^Button 1: url must begin/, [view({ url: 'data:text/html,//https://e.com' })]],
      [/^Button 1: url is 1025 bytes/, [view({ url: `https://e.com/${'x'.repeat(1_011)}` })]],
      [/^Button 1: appid must be a text .* miniprogram needs it/, [view({ type: 'miniprogram', pagepath: 'p' })]],
      [/^Button 1: pagepath must be/, [view({ type: 'miniprogram', appid: 'wx' })]],
      [/^Button 1: media_id must be/, [{ type: 'media_id', name: 'n' }]],
      [/^Button 1: sub_button must be an array of 1 to 5/, [sub(click(), click(), click(), click(), click(), click())]],
      [/^Button 1: sub_button must be an array/, [{ name: 'n', sub_button: { list: [] } }]],
      [/^Button 1.2: must be an object/, [sub(click(), null)]],
      [/^Button 1.1: sub_button is not allowed/, [sub(sub(click()))]],
      [/^Button 2.1: name is 61 bytes/, [click(), sub(click({ name: 'n'.repeat(61) }))]],
      [/^Button 1: type must be/, [{ type: 'text', name: 'n', value: 'made in the console' }]],
    ];
    for (const [pattern, buttons] of cases) assert.match(refusal(...buttons), pattern);
    for (const menu of [null, undefined, 'x', [], { button: {} }, { menu: { button: [] } }]) assert.throws(() => checkMenu(menu), /array named button/);
  });

  it('throws only AppError, and returns a menu that passes unchanged', () => {
    const anything = fc.oneof(fc.anything(), fc.record({ button: fc.array(fc.oneof(
      fc.record({ type: fc.constantFrom('click', 'view', 'x'), name: fc.string({ maxLength: 20 }), key: fc.anything(), url: fc.webUrl(), sub_button: fc.anything() }),
      fc.anything(),
    ), { maxLength: 4 }) }));
    fc.assert(fc.property(anything, menu => {
      const checked = throwsOnly(AppError, () => checkMenu(menu));
      if (checked) assert.deepEqual(checkMenu(checked), checked);
    }));
  });
});
