import assert from 'node:assert/strict';
import { coveredUntil, customWindow, type Interaction } from '../../../../app/lib/wechat/outgoing/customWindow';

describe('lib/wechat/outgoing/customWindow', () => {
  const now = Date.now();
  const event = (name: string, secondsAgo = 1): Interaction => ({ type: 'event', event: name, receivedAt: new Date(now - secondsAgo * 1000) });
  const sent = (count: number) => Array.from({ length: count }, () => new Date(now));
  const verdict = (kind: 'miniprogram' | 'official', entry: Interaction, count = 0) => customWindow(kind, { messages: 0, oldest: null, entries: [entry] }, sent(count), now);

  for (const name of ['subscribe', 'SCAN', 'CLICK', 'scancode_push', 'scancode_waitmsg']) {
    it(`is open to an official account for a minute and 3 messages after ${name}`, () => {
      assert.deepEqual([0, 2, 3].map(count => verdict('official', event(name), count)), ['open', 'open', 45047]);
      assert.equal(verdict('official', event(name, 61)), 45015);
      assert.equal(verdict('miniprogram', event(name)), 45015);
      assert.equal(coveredUntil('official', event(name))?.getTime(), now + 59_000);
    });
  }

  for (const name of ['VIEW', 'view_miniprogram', 'unsubscribe', 'LOCATION', 'pic_sysphoto', 'pic_photo_or_album', 'pic_weixin', 'location_select', 'user_info_modified']) {
    it(`is not opened by ${name}`, () => {
      assert.equal(verdict('official', event(name)), 45015);
      assert.equal(coveredUntil('official', event(name)), undefined);
    });
  }
});
