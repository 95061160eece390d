import assert from 'node:assert/strict';
import { Deadline } from '../../../../app/lib/async/deadline';
import { sendCustomMessage } from '../../../../app/lib/wechat/endpoints/customMessage';
import { uploadMedia } from '../../../../app/lib/wechat/endpoints/media';
import { openWechat, refusesWith, answers } from './support';
import { OFFICIAL } from '../../../sandbox/support';

describe('lib/wechat/endpoints/media', () => {
  let wechat: Awaited<ReturnType<typeof openWechat>>;
  before(async () => { wechat = await openWechat(); });
  after(() => wechat.close());
  beforeEach(() => wechat.sandbox.control('POST', '/reset'));

  const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0x0d, 0x0a, 0x2d, 0x2d]);
  const image = { type: 'image' as const, file: PNG, filename: 'a.png', contentType: 'image/png' };

  async function download(token: string, mediaId: string) {
    const answer = await fetch(`${wechat.sandbox.url}/cgi-bin/media/get?${new URLSearchParams({ access_token: token, media_id: mediaId })}`);
    return { bytes: Buffer.from(await answer.arrayBuffer()), type: answer.headers.get('content-type'), name: answer.headers.get('content-disposition') };
  }

  it('uploads the exact bytes to WeChat', async () => {
    const token = await wechat.sandbox.token();
    const { mediaId, type, createdAt } = await uploadMedia(wechat.client, token, image);
    assert.equal(type, 'image');
    assert.ok(Math.abs(createdAt.getTime() - Date.now()) < 5_000);
    const kept = await download(token, mediaId);
    assert.ok(kept.bytes.equals(PNG));
    assert.equal(kept.type, 'image/png');
    await wechat.sandbox.login({ openid: 'o1' });
    await wechat.sandbox.control('POST', '/settings', { customQuota: false });
    await sendCustomMessage(wechat.client, token, { touser: 'o1', message: { msgtype: 'image', image: { media_id: mediaId } } }, new Deadline(60_000));
  });

  it('takes the other types, and reads the id of a thumb under its own name', async () => {
    const token = await wechat.sandbox.token(OFFICIAL);
    const voice = await uploadMedia(wechat.client, token, { type: 'voice', file: Buffer.from('voice'), filename: 'v.amr', contentType: 'audio/amr' });
    assert.equal(voice.type, 'voice');
    await answers(wechat.sandbox, '/cgi-bin/media/upload', { type: 'thumb', thumb_media_id: 'thumb-1', created_at: '1700000000' });
    const thumb = await uploadMedia(wechat.client, token, { ...image, type: 'thumb', filename: 't.jpg' });
    assert.deepEqual(thumb, { mediaId: 'thumb-1', type: 'thumb', createdAt: new Date(1_700_000_000_000) });
  });

  it('lets no file name or content type write headers', async () => {
    const token = await wechat.sandbox.token();
    const { mediaId } = await uploadMedia(wechat.client, token, {
      ...image, filename: '照片"\r\nx: y.png', contentType: 'image/png\r\nx-evil: 1',
    });
    const kept = await download(token, mediaId);
    assert.ok(kept.bytes.equals(PNG));
    assert.equal(kept.type, 'application/octet-stream');
    assert.match(String(kept.name), /^attachment; filename="[A-Za-z0-9._-]+\.png"$/);
  });

  it('distinguishes the errcodes', async () => {
    const token = await wechat.sandbox.token();
    await refusesWith(40004, uploadMedia(wechat.client, token, { ...image, type: 'voice' }));
    await refusesWith(40005, uploadMedia(wechat.client, token, { ...image, filename: 'a.exe' }));
    await refusesWith(44001, uploadMedia(wechat.client, token, { ...image, file: Buffer.alloc(0) }));
    await refusesWith(40009, uploadMedia(wechat.client, token, { ...image, file: Buffer.alloc(10 * 1024 * 1024 + 1) }));
    await answers(wechat.sandbox, '/cgi-bin/media/upload', { type: 'image' });
    await assert.rejects(uploadMedia(wechat.client, token, image), /media_id/);
  });
});
