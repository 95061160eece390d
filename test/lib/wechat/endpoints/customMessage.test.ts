import assert from 'node:assert/strict';
import { Deadline } from '../../../../app/lib/async/deadline';
import { sendCustomMessage, typing } from '../../../../app/lib/wechat/endpoints/customMessage';
import { WechatError } from '../../../../app/lib/wechat/error';
import { openWechat, refusesWith } from './support';

describe('lib/wechat/endpoints/customMessage', () => {
  let wechat: Awaited<ReturnType<typeof openWechat>>;
  let token: string;
  before(async () => { wechat = await openWechat(); });
  after(() => wechat.close());
  beforeEach(async () => {
    await wechat.sandbox.control('POST', '/reset');
    token = await wechat.sandbox.token();
    await wechat.sandbox.login({ openid: 'o1' });
  });

  const send = (message: Parameters<typeof sendCustomMessage>[2]['message'], touser = 'o1') => sendCustomMessage(wechat.client, token, { touser, message }, new Deadline(60_000));
  const inbox = async () => (await wechat.sandbox.control('GET', '/messages?openid=o1')).messages;
  const withoutQuota = () => wechat.sandbox.control('POST', '/settings', { customQuota: false });

  it('delivers the message in WeChat\'s own form', async () => {
    await withoutQuota();
    await send({ msgtype: 'text', text: { content: '你好 <a> "&' } });
    await send({ msgtype: 'link', link: { title: 't', description: 'd', url: 'https://example.com/', thumb_url: 'https://example.com/a.png' } });
    const calls = (await wechat.sandbox.control('GET', '/calls?path=/cgi-bin/message/custom/send')).calls as unknown as { body: object }[];
    assert.deepEqual(calls.map(({ body }) => body), [
      { touser: 'o1', msgtype: 'text', text: { content: '你好 <a> "&' } },
      { touser: 'o1', msgtype: 'link', link: { title: 't', description: 'd', url: 'https://example.com/', thumb_url: 'https://example.com/a.png' } },
    ]);
    assert.equal((await inbox()).length, 2);
  });

  it('distinguishes the errcodes', async () => {
    await refusesWith(45015, send({ msgtype: 'text', text: { content: 'hi' } }));
    await refusesWith(40003, send({ msgtype: 'text', text: { content: 'hi' } }, 'nobody'));
    await withoutQuota();
    await refusesWith(40007, send({ msgtype: 'image', image: { media_id: 'unknown' } }));
    await refusesWith(40001, sendCustomMessage(wechat.client, 'not-a-token', { touser: 'o1', message: { msgtype: 'text', text: { content: 'hi' } } }, new Deadline(60_000)), 'not-a-token');
  });

  it('leaves the outcome of a message unknown whose answer was lost', async () => {
    await withoutQuota();
    await wechat.sandbox.control('POST', '/faults', { path: '/cgi-bin/message/custom/send', reset: 'after' });
    await assert.rejects(send({ msgtype: 'text', text: { content: 'hi' } }), error => error instanceof WechatError && error.delivery === 'unknown');
    assert.equal((await inbox()).length, 1);
  });

  it('shows and hides typing', async () => {
    await refusesWith(45080, typing(wechat.client, token, 'o1', true));
    await withoutQuota();
    await send({ msgtype: 'text', text: { content: 'hi' } });
    await typing(wechat.client, token, 'o1', true);
    await refusesWith(45081, typing(wechat.client, token, 'o1', true));
    await typing(wechat.client, token, 'o1', false);
    await typing(wechat.client, token, 'o1', true);
  });
});
