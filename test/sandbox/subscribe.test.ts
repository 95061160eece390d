import assert from 'node:assert/strict';
import { until } from '../support/until';
import { MINI, openSandbox, usePushedTo } from './support';
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

  it('names the key of a bad value, and uses no grant', async () => {
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

  it('checks the keys of registered templates', async () => {
    await grant({ count: 5 });
    await sandbox.control('POST', '/templates', { templates: [{ templateId: 't1', keys: ['thing1', 'date2'] }] });
    assert.equal((await send({ template_id: 't2' })).errcode, 40037);
    assert.match(String((await send()).errmsg), /date2/);
    assert.equal((await send({ data: { thing1: { value: 'a' }, date2: { value: '2019-10-01' } } })).errcode, 0);
    assert.equal((await send({ data: {} })).errcode, 47003);
  });

  it('arrives under the title and the names of its template, and without any of one that nobody has described', async () => {
    await grant({ count: 2 });
    assert.equal((await send()).errcode, 0);
    const content = '商品名称：{{thing1.DATA}}\n{{date2.DATA}}\n';
    await sandbox.control('POST', '/templates', { templates: [{ templateId: 't1', title: '发货通知', content }] });
    assert.deepEqual((await sandbox.control('GET', '/templates')).templates, [
      { templateId: 't1', title: '发货通知', longTerm: false, keys: [{ key: 'thing1', name: '商品名称' }, { key: 'date2', name: '' }] },
    ]);
    assert.equal((await send({ data: { thing1: { value: 'a' }, date2: { value: '2019-10-01' } } })).errcode, 0);
    const { messages } = await sandbox.control('GET', '/messages?openid=o1');
    const [plain, drawn] = messages as unknown as Array<{ message: { title?: string; names?: object } }>;
    assert.deepEqual([plain.message.title, plain.message.names], [undefined, undefined]);
    assert.deepEqual([drawn.message.title, drawn.message.names], ['发货通知', { thing1: '商品名称', date2: '' }]);
    assert.equal((await sandbox.envelope('POST', '/templates', { templates: [{ templateId: 't1', content, keys: ['thing1'] }] })).error, 'INVALID_ARGUMENT');
  });
});

describe('sandbox: the outcome of a subscription message', () => {
  const { sandbox, receiver } = usePushedTo(url => ({ pushTo: url, apps: [{ ...MINI, pushMode: 'plain' }] }));
  beforeEach(async () => {
    await sandbox().control('POST', '/grant', { openid: 'o1', templateId: 't1', count: 9 });
  });

  const path = '/cgi-bin/message/subscribe/send';
  async function send(): Promise<unknown> {
    const message = { touser: 'o1', template_id: 't1', data: { thing1: { value: 'a' } } };
    return (await sandbox().post(path, { access_token: await sandbox().token() }, message)).errcode;
  }
  const pushed = async (count: number) => {
    await until(() => receiver().received.length, length => length === count);
    return receiver().received.map(({ body }) => JSON.parse(body.replace(/"MsgID":(\d+)/, '"MsgID":"$1"')));
  };
  const onPhone = async () => (await sandbox().control('GET', '/messages?openid=o1')).messages.length;

  it('is pushed, as success', async () => {
    assert.equal(await send(), 0);
    const [{ List: [item], ...event }] = await pushed(1);
    assert.deepEqual([event.MsgType, event.Event, event.FromUserName], ['event', 'subscribe_msg_sent_event', 'o1']);
    assert.match(item.MsgID, /^\d{17,}$/);
    assert.deepEqual({ ...item, MsgID: '' }, { TemplateId: 't1', MsgID: '', ErrorCode: '0', ErrorStatus: 'success' });
    assert.equal(await onPhone(), 1);
  });

  it('is pushed as a failure on request: the grant is used, nothing arrives', async () => {
    await sandbox().control('POST', '/faults', { path, undelivered: {} });
    await sandbox().control('POST', '/faults', { path, undelivered: { errorCode: 43, errorStatus: 'system failed' } });
    assert.deepEqual([await send(), await send()], [0, 0]);
    const items = (await pushed(2)).map(({ List }) => List[0]);
    assert.deepEqual(items.map(({ ErrorCode, ErrorStatus }) => `${ErrorCode} ${ErrorStatus}`), ['20 user block', '43 system failed']);
    assert.notEqual(items[0].MsgID, items[1].MsgID);
    assert.equal(await onPhone(), 0);
    assert.equal((await sandbox().control('GET', `/users/${MINI.appid}/o1`)).grants.t1.count, 7);
  });

  it('is not pushed when the message was refused, nor when it is switched off', async () => {
    await sandbox().control('POST', '/faults', { path, errcode: 43101 });
    assert.equal(await send(), 43101);
    await sandbox().control('POST', '/settings', { subscribeSentEvent: false });
    assert.equal(await send(), 0);
    await sandbox().control('POST', '/settings', { subscribeSentEvent: true });
    assert.equal(await send(), 0);
    await pushed(1);
    assert.equal(receiver().received.length, 1);
  });
});
