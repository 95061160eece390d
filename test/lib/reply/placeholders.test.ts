import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fillPlaceholders } from '../../../app/lib/reply/placeholders';
import { anyText } from '../support';

const VALUES = { openid: 'o1', nickname: '小明', content: '退款' };
const fill = (content: string, values = VALUES) => fillPlaceholders({ msgtype: 'text', text: { content } }, values).text.content;

describe('lib/reply/placeholders', () => {
  it('fills every text of a message, and leaves the rule as it was', () => {
    const message = { msgtype: 'news', news: { articles: [{ title: '{{nickname}}:{{content}}', url: 'https://e.com/?o={{openid}}' }], count: 1, none: null } };
    const before = structuredClone(message);
    assert.deepEqual(fillPlaceholders(message, VALUES), {
      msgtype: 'news', news: { articles: [{ title: '小明:退款', url: 'https://e.com/?o=o1' }], count: 1, none: null },
    });
    assert.deepEqual(message, before);
  });

  it('replaces once, and nothing else', () => {
    assert.equal(fill('{{openid}}{{openid}}'), 'o1o1');
    assert.equal(fill('{{content}}', { ...VALUES, content: '{{openid}} {{content}} $& $1' }), '{{openid}} {{content}} $& $1');
    assert.equal(fill('{{content}}', { ...VALUES, content: '{{nick', nickname: 'name}}' }), '{{nick');
    for (const other of ['{{secret}}', '{{ openid }}', '{{OPENID}}', '{{constructor}}', '{openid}', '{{']) assert.equal(fill(other), other);
  });

  it('encodes values in a URL', () => {
    const link = { title: 't', url: 'https://e.com/?q={{content}}&o={{openid}}', pagepath: 'p?n={{nickname}}' };
    assert.deepEqual(fillPlaceholders(link, { ...VALUES, content: 'a&b=c #\ud800' }), {
      title: 't', url: 'https://e.com/?q=a%26b%3Dc%20%23%EF%BF%BD&o=o1', pagepath: `p?n=${encodeURIComponent('小明')}`,
    });
    const { url } = fillPlaceholders({ url: 'https://e.com/?q={{content}}' }, { ...VALUES, content: '一'.repeat(5_000) });
    assert.equal(decodeURIComponent(url), `https://e.com/?q=${'一'.repeat(100)}`);
  });

  it('never exceeds the length that WeChat shows, and cuts whole characters', () => {
    assert.equal(fill('{{content}}', { ...VALUES, content: 'a'.repeat(601) }), 'a'.repeat(600));
    assert.equal(Buffer.byteLength(fill('{{content}}{{content}}', { ...VALUES, content: '一'.repeat(600) })), 2_046);
    assert.equal(fill('一'.repeat(682)), '一'.repeat(682));
    const grown = fill('{{content}}'.repeat(180), { ...VALUES, content: '😀'.repeat(600) });
    assert.equal(grown, '😀'.repeat(511));
    fc.assert(fc.property(anyText, anyText, (content, nickname) => {
      const filled = fill('x{{content}}{{nickname}}{{content}}', { ...VALUES, content: content.repeat(30), nickname });
      assert.ok(Buffer.byteLength(filled) <= 2_047);
      assert.doesNotMatch(filled, /\p{Surrogate}/u);
    }));
  });
});
