import assert from 'node:assert/strict';
import { noticeData } from '../../../app/lib/im/noticeData';
import { parseTemplateContent } from '../../../app/lib/wechat/outgoing/template';

describe('lib/im/noticeData', () => {
  const content = { sender: 'alice', at: new Date('2026-03-01T16:30:59Z'), text: 'hello', count: 1 };
  const template = (...keys: string[]) => parseTemplateContent(keys.map(key => `{{${key}.DATA}}`).join(''));
  const values = (...args: Parameters<typeof noticeData>) => Object.fromEntries(Object.entries(noticeData(...args)).map(([key, { value }]) => [key, value]));

  it('fills the keys by kind, in Shanghai\'s time', () => {
    assert.deepEqual(values(content, undefined, template('thing5', 'date1', 'thing2')), { thing5: 'alice', date1: '2026-03-02 00:30', thing2: 'hello' });
    assert.deepEqual(values(content, {}, template('time3', 'thing2', 'name1', 'thing4')), { time3: '2026-03-02 00:30', thing2: 'alice', thing4: 'hello' });
    assert.deepEqual(values(content, {}, template('name1', 'thing2')), { name1: 'alice', thing2: 'hello' });
  });

  it('follows the mapping first, and fills the rest by kind', () => {
    assert.deepEqual(values(content, { text: 'thing1' }, template('thing1', 'thing2')), { thing1: 'hello', thing2: 'alice' });
    assert.deepEqual(values(content, { sender: 'thing9', text: 'thing3' }), { thing9: 'alice', thing3: 'hello' });
  });

  it('says how many, and cuts to fit', () => {
    const long = { ...content, sender: '名'.repeat(30), text: '好'.repeat(50), count: 3 };
    const { thing1, thing2 } = values(long, {}, template('thing1', 'thing2'));
    assert.equal(thing2, `[3条新消息] ${'好'.repeat(11)}…`);
    assert.deepEqual([Array.from(thing1).length, Array.from(thing2).length], [20, 20]);
    assert.equal(values(long, { text: 'thing7' }).thing7, thing2);
  });

  it('makes a name of an id that is none', () => {
    assert.equal(values({ ...content, sender: 'user_42' }, {}, template('name1')).name1, 'user');
    assert.equal(values({ ...content, sender: '42' }, {}, template('name1')).name1, '新消息');
  });

  it('refuses a value that does not fit its key, and a template without a key', () => {
    assert.throws(() => noticeData(content, { text: 'phrase1' }), { code: 'INVALID_ARGUMENT' });
    assert.throws(() => noticeData(content, { text: 'thing9' }, template('phrase1')), { code: 'INVALID_ARGUMENT' });
    assert.throws(() => noticeData(content), { code: 'INVALID_ARGUMENT' });
  });
});
