import assert from 'node:assert/strict';
import { imageOf } from '../../../app/lib/wechat/image';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe('lib/wechat/image', () => {
  it('recognises an image by its bytes, whatever the content type', () => {
    for (const label of ['image/jpeg', 'application/json; encoding=utf-8', 'text/plain', '']) {
      assert.equal(imageOf(label, JPEG)?.contentType, 'image/jpeg');
      assert.equal(imageOf(label, PNG)?.contentType, 'image/png');
    }
  });

  it('takes no JSON and no page for an image, whatever the content type', () => {
    for (const text of ['{"errcode":40169,"errmsg":"invalid length"}', '\n {"errcode":1}', '[]', '<html></html>', '']) {
      assert.equal(imageOf('image/jpeg', Buffer.from(text)), undefined, text);
    }
    assert.equal(imageOf('text/plain', Buffer.from('GIF89a')), undefined);
  });

  it('takes another format when the content type says so', () => {
    assert.equal(imageOf('image/GIF; q=1', Buffer.from('GIF89a'))?.contentType, 'image/gif');
  });
});
