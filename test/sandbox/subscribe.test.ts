import assert from 'node:assert/strict';
import { openSandbox } from './support';
import type { TestSandbox } from './support';

describe('sandbox: subscription messages', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control('POST', '/reset'));

  const message = { touser: 'o1', template_id: 't1', page: 'pages/index?a=1', data: { thing1: { value: '你好' } } };
  async function send(change: object = {}) {
    return sandbox.post('/cgi-bin/message/subscribe/send', { access_token: await sandbox.token() }, { ...message, ...change });
  }
  const grant = (change: object = {}) => sandbox.control('POST', '/grant', { openid: 'o1', templateId: 't1', count: 1, ...change });

  it('takes one grant per message', async () => {
    await grant();
    assert.equal((await send()).errcode, 0);
    assert.equal((await send()).errcode, 43101);
    const { messages } = await sandbox.control('GET', '/messages?openid=o1');
    assert.equal(messages[0].via, 'subscribe');
    assert.equal(messages[0].message.data.thing1.value, '你好');
    await sandbox.control('POST', '/settings', { subscribeGrants: false });
    assert.equal((await send()).errcode, 0);
  });

  it('refuses one of two at the same time', async () => {
    await grant({ count: 5 });
    await sandbox.control('POST', '/settings', { subscribeSendMs: 100 });
    const codes = (await Promise.all([send(), send()])).map(({ errcode }) => Number(errcode));
    assert.deepEqual(codes.sort((a, b) => a - b), [0, 43108]);
  });

  it('refuses openid, template, page, ban', async () => {
    await grant({ count: 9 });
    assert.equal((await send({ touser: 'nobody' })).errcode, 40003);
    assert.equal((await send({ template_id: 'no such' })).errcode, 40037);
    for (const page of ['/pages/index', 'https://example.com', 'a b']) assert.equal((await send({ page })).errcode, 41030, page);
    await grant({ status: 'ban' });
    assert.equal((await send()).errcode, 43107);
    await grant({ status: 'reject', count: 0 });
    assert.equal((await send()).errcode, 43101);
  });

  it('names the key of a bad value, and spends nothing', async () => {
    await grant();
    const bad: Record<string, string> = {
      thing1: '字'.repeat(21), number1: 'abc', letter1: '1', symbol1: 'a', character_string1: '汉', phrase1: '六个字太长了', name1: '张'.repeat(11),
      time1: 'noon', date1: '1 May', amount1: 'free', phone_number1: 'x', car_number1: '123456789', thing2: '',
    };
    for (const [key, value] of Object.entries(bad)) {
      const { errcode, errmsg } = await send({ data: { [key]: { value } } });
      assert.equal(errcode, 47003, key);
      assert.match(String(errmsg), new RegExp(`data\\.${key}\\.value`));
    }
    const good = {
      thing1: '字'.repeat(20), number1: '12.5', letter1: 'abc', symbol1: '!', character_string1: 'A-1', phrase1: '已发货', name1: 'John Smith',
      time1: '15:01', time2: '2019年10月1日 15:01', date1: '2019年10月1日', date2: '2019-10-01 12:30:00', amount1: '¥3.50', phone_number1: '+86 138-0013', car_number1: '粤A12345',
    };
    const data = Object.fromEntries(Object.entries(good).map(([key, value]) => [key, { value }]));
    const answer = await send({ data });
    assert.equal(answer.errcode, 0, String(answer.errmsg));
  });

  it('knows the keys of registered templates', async () => {
    await grant({ count: 5 });
    await sandbox.control('POST', '/templates', { templates: [{ templateId: 't1', keys: ['thing1', 'date2'] }] });
    assert.equal((await send({ template_id: 't2' })).errcode, 40037);
    assert.match(String((await send()).errmsg), /date2/);
    assert.equal((await send({ data: { thing1: { value: 'a' }, date2: { value: '2019-10-01' } } })).errcode, 0);
    assert.equal((await send({ data: {} })).errcode, 47003);
  });
});
