import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileRules, matchRule } from '../../../app/lib/reply/matcher';
import type { ReplyRule } from '../../../app/lib/reply/rule';
import type { PushRecord } from '../../../app/lib/wechat/push/message';
import { eventPush, milliseconds, rule, textPush } from './support';

function match(rules: ReplyRule[], record: PushRecord, appid = 'wx1'): string | undefined {
  return matchRule(compileRules(rules), { appid, record })?._id;
}

describe('lib/reply/matcher', () => {
  it('takes the first enabled rule by order, then by _id', () => {
    assert.equal(match([rule('a', {}, { order: 2 }), rule('b', {}, { order: 1 })], textPush('x')), 'b');
    assert.equal(match([rule('b'), rule('a')], textPush('x')), 'a');
    assert.equal(match([rule('file:10'), rule('file:9')], textPush('x')), 'file:9');
    assert.equal(match([rule('a', {}, { enabled: false }), rule('b')], textPush('x')), 'b');
    assert.equal(match([rule('special', { type: 'text' }, { order: 2 }), rule('general', {}, { order: 1 })], textPush('x')), 'general');
    assert.equal(match([rule('special', { type: 'text' }, { order: 1 }), rule('general', {}, { order: 2 })], textPush('x')), 'special');
    assert.equal(match([], textPush('x')), undefined);
  });

  it('keeps the rules of one app from the others', () => {
    const mine = rule('mine', {}, { appid: 'wx1' });
    assert.equal(match([mine], textPush('x')), 'mine');
    assert.equal(match([mine], textPush('x'), 'wx2'), undefined);
    assert.equal(match([rule('all')], textPush('x'), 'wx2'), 'all');
    assert.equal(match([rule('x', {}, { appid: 'wx1' })], textPush('x'), '*'), undefined);
  });

  it('compares types exactly, events without regard to case', () => {
    assert.equal(match([rule('a', { type: 'text' })], textPush('x')), 'a');
    assert.equal(match([rule('a', { type: 'TEXT' })], textPush('x')), undefined);
    assert.equal(match([rule('a', { type: 'image' })], textPush('x')), undefined);
    assert.equal(match([rule('a', { event: 'click' })], eventPush('CLICK', 'K')), 'a');
    assert.equal(match([rule('a', { type: 'event', event: 'SUBSCRIBE' })], eventPush('subscribe')), 'a');
    assert.equal(match([rule('a', { event: 'subscribe' })], eventPush('unsubscribe')), undefined);
    assert.equal(match([rule('a', { event: 'subscribe' })], textPush('x', { Event: 'subscribe' })), undefined);
    assert.equal(match([rule('a', { type: '*' })], textPush('x')), undefined);
  });

  it('compares the event key, with qrscene_ and without', () => {
    const click = rule('a', { type: 'event', event: 'CLICK', eventKey: 'TODAY' });
    assert.equal(match([click], eventPush('CLICK', 'TODAY')), 'a');
    assert.equal(match([click], eventPush('CLICK', 'today')), undefined);
    assert.equal(match([click], eventPush('CLICK')), undefined);
    for (const eventKey of ['123', 'qrscene_123']) assert.equal(match([rule('a', { event: 'subscribe', eventKey })], eventPush('subscribe', 'qrscene_123')), 'a');
    assert.equal(match([rule('a', { event: 'SCAN', eventKey: '123' })], eventPush('SCAN', '123')), 'a');
    assert.equal(match([rule('a', { event: 'subscribe', eventKey: '23' })], eventPush('subscribe', 'qrscene_123')), undefined);
  });

  it('compares texts', () => {
    const found = (when: object, content: string) => match([rule('a', when)], textPush(content)) === 'a';
    assert.deepEqual(['退款', '我要退款', '退'].map(content => found({ match: 'equals', text: '退款' }, content)), [true, false, false]);
    assert.deepEqual(['退款', '我要退款', '退'].map(content => found({ match: 'contains', text: '退款' }, content)), [true, true, false]);
    assert.deepEqual(['订单12', 'x订单12', '订单'].map(content => found({ match: 'regex', text: '^订单\\d+$' }, content)), [true, false, false]);
    assert.equal(found({ match: 'any', text: 'never looked at' }, 'x'), true);
    assert.equal(found({ match: 'regex', text: '.*' }, ''), true);
    assert.equal(found({ match: 'regex', text: 'z' }, `${'a'.repeat(16_383)}z`), true);
    assert.equal(found({ match: 'regex', text: 'a' }, 'a'.repeat(16_385)), false);
  });

  it('looks at recognised speech, and at nothing else', () => {
    const contains = [rule('a', { match: 'contains', text: '退款' })];
    assert.equal(match(contains, textPush('', { MsgType: 'voice', Recognition: '我要退款' })), 'a');
    assert.equal(match(contains, eventPush('CLICK', '退款')), undefined);
    assert.equal(match(contains, { MsgType: 'image', PicUrl: '退款' }), undefined);
    assert.equal(match(contains, textPush('x', { Content: ['退款'], Recognition: { a: '退款' } })), undefined);
  });

  it('refuses a regex that was not validated', () => {
    const broken: ReplyRule = { ...rule('a'), when: { match: 'regex', text: '(' } };
    assert.throws(() => compileRules([broken]), /reply rule a does not compile: missing/);
  });

  it('finds the same rule as trying every rule in order', () => {
    const when = fc.record({
      type: fc.constantFrom('text', 'event'), event: fc.constantFrom('CLICK', 'subscribe'), eventKey: fc.constantFrom('a', 'b'),
      match: fc.constantFrom('equals', 'contains', 'regex'), text: fc.constantFrom('a', 'b', 'ab'),
    }, { requiredKeys: ['text'] });
    const rules = fc.array(fc.tuple(when, fc.constantFrom('wx1', undefined), fc.nat(3), fc.boolean()), { maxLength: 12 })
      .map(list => list.map(([condition, appid, order, enabled], index) => rule(`r${String(index).padStart(2, '0')}`, condition, { appid, order, enabled })));
    const record = fc.oneof(fc.constantFrom('a', 'b', 'ab', 'c').map(content => textPush(content)), fc.tuple(fc.constantFrom('click', 'subscribe'), fc.constantFrom('a', 'qrscene_b')).map(([name, key]) => eventPush(name, key)));
    fc.assert(fc.property(rules, record, fc.constantFrom('wx1', 'wx2'), (all, push, appid) => {
      const first = all.filter(({ enabled }) => enabled).sort((a, b) => a.order - b.order || (a._id < b._id ? -1 : 1)).find(each => match([each], push, appid));
      assert.equal(match(all, push, appid), first?._id);
    }));
  });

  it('is fast with 1,000 rules, for any text', () => {
    const rules = Array.from({ length: 1_000 }, (_, index) => rule(`r${index}`, {
      type: 'text', match: ['equals', 'contains', 'regex'][index % 3], text: [`退款${index}`, `hello${index}`, `^(order|订单)\\s*${index}\\d+x$`][index % 3],
    }));
    const compiled = compileRules([...rules, rule('evil', { match: 'regex', text: '(a+)+$x' }), rule('last', {}, { order: 9 })]);
    const find = (content: string) => matchRule(compiled, { appid: 'wx1', record: textPush(content) })?._id;
    assert.equal(find('我要人工'), 'last');
    const short = milliseconds(() => { for (let i = 0; i < 100; i++) find('我要人工'); }) / 100;
    assert.ok(short < 5, `${short} ms`);
    const long = milliseconds(() => { for (let i = 0; i < 10; i++) find(`order ${'1'.repeat(10_000)}`); }) / 10;
    assert.ok(long < 50, `${long} ms`);
  });

  it('takes no time for a regex that would take for ever elsewhere', () => {
    const compiled = compileRules([rule('a', { match: 'regex', text: '(a+)+$' }), rule('b', { match: 'regex', text: '^(a|a)*b$' }, { order: 1 })]);
    const record = textPush(`${'a'.repeat(10_000)}!`);
    assert.ok(milliseconds(() => matchRule(compiled, { appid: 'wx1', record })) < 200);
    assert.equal(matchRule(compiled, { appid: 'wx1', record: textPush('a'.repeat(100)) })?._id, 'a');
  });
});
