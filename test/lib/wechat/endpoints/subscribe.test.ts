import assert from 'node:assert/strict';
import { Deadline } from '../../../../app/lib/async/deadline';
import { sendSubscribeMessage } from '../../../../app/lib/wechat/endpoints/subscribe';
import { openWechat, refusesWith } from './support';

describe('lib/wechat/endpoints/subscribe', () => {
  let wechat: Awaited<ReturnType<typeof openWechat>>;
  let token: string;
  before(async () => { wechat = await openWechat(); });
  after(() => wechat.close());
  beforeEach(async () => {
    await wechat.sandbox.control('POST', '/reset');
    token = await wechat.sandbox.token();
    await wechat.sandbox.login({ openid: 'o1' });
  });

  const send = (change: Partial<Parameters<typeof sendSubscribeMessage>[2]> = {}) =>
    sendSubscribeMessage(wechat.client, token, { touser: 'o1', template_id: 't1', data: { thing1: { value: '会议' } }, ...change }, new Deadline(60_000));

  it('delivers the message as it is', async () => {
    await wechat.sandbox.control('POST', '/settings', { subscribeGrants: false });
    await send({ page: 'pages/a?b=1', miniprogram_state: 'trial', lang: 'en_US' });
    const calls = (await wechat.sandbox.control('GET', '/calls?path=/cgi-bin/message/subscribe/send')).calls as unknown as { body: object }[];
    assert.deepEqual(calls.map(({ body }) => body), [
      { touser: 'o1', template_id: 't1', page: 'pages/a?b=1', miniprogram_state: 'trial', lang: 'en_US', data: { thing1: { value: '会议' } } },
    ]);
    assert.equal((await wechat.sandbox.control('GET', '/messages?openid=o1')).messages.length, 1);
  });

  it('distinguishes the errcodes', async () => {
    await refusesWith(43101, send());
    await refusesWith(40003, send({ touser: 'nobody' }));
    await refusesWith(47003, send({ data: { thing1: { value: '一'.repeat(21) } } }));
    await refusesWith(41030, send({ page: '/pages/a' }));
    await refusesWith(40037, send({ template_id: '' }));
  });
});
