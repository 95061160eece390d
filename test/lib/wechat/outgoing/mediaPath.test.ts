import assert from 'node:assert/strict';
import { mediaPathOf, withMediaId } from '../../../../app/lib/wechat/outgoing/mediaPath';

describe('lib/wechat/outgoing/mediaPath', () => {
  it('finds the file that a message names', () => {
    assert.equal(mediaPathOf({ msgtype: 'image', image: { path: 'a.png' } } as object), 'a.png');
    assert.equal(mediaPathOf({ msgtype: 'miniprogrampage', miniprogrampage: { title: 't', thumb_path: 'b.png' } } as object), 'b.png');
    for (const message of [{ image: { media_id: 'm' } }, { miniprogrampage: { thumb_media_id: 'm' } }, { text: { content: 'x' } }]) assert.equal(mediaPathOf(message), undefined);
  });

  it('replaces it by the media_id, and leaves the rest', () => {
    const image = { msgtype: 'image', image: { path: 'a.png' }, customservice: { kf_account: 'k' } };
    assert.deepEqual(withMediaId(image, 'm'), { msgtype: 'image', image: { media_id: 'm' }, customservice: { kf_account: 'k' } });
    const card = { msgtype: 'miniprogrampage', miniprogrampage: { title: 't', pagepath: 'p', thumb_path: 'b.png' } };
    assert.deepEqual(withMediaId(card, 'm'), { msgtype: 'miniprogrampage', miniprogrampage: { title: 't', pagepath: 'p', thumb_media_id: 'm' } });
    assert.deepEqual(image.image, { path: 'a.png' });
  });
});
