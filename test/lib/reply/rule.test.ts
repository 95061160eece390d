import assert from 'node:assert/strict';
import { replyRuleSchema, replyRulesFileSchema } from '../../../app/lib/reply/rule';
import { milliseconds } from './support';

const RULE = {
  _id: 'r1', appid: 'wx1', order: 1, enabled: true, when: { type: 'text', match: 'contains', text: '退款' },
  reply: { via: 'custom', message: { msgtype: 'text', text: { content: '你好 {{nickname}}' } } },
};
const reply = (via: string, message: object) => ({ ...RULE, reply: { via, message } });
const regex = (text: string) => ({ ...RULE, when: { match: 'regex', text } });

function problems(rule: unknown): string {
  return replyRuleSchema.safeParse(rule).error?.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ') ?? 'accepted';
}

describe('lib/reply/rule', () => {
  it('accepts a document unchanged', () => {
    const passive = [
      { msgtype: 'text', text: { content: 'x' } }, { msgtype: 'image', image: { media_id: 'm' } }, { msgtype: 'image', image: { path: 'qr.png' } },
      { msgtype: 'news', news: { articles: [{ title: 't', description: 'd', url: 'https://e.com', picurl: 'https://e.com/p' }] } },
      { msgtype: 'transfer_customer_service' }, { msgtype: 'transfer_customer_service', transfer_customer_service: { kf_account: 'a@b' } },
    ];
    const custom = [
      { msgtype: 'link', link: { title: 't', description: 'd', url: 'https://e.com', thumb_url: 'https://e.com/p' } },
      { msgtype: 'miniprogrampage', miniprogrampage: { title: 't', pagepath: 'p', thumb_media_id: 'm' } },
    ];
    const rules = [
      RULE, { ...RULE, when: {} }, { ...RULE, when: { type: 'event', event: 'CLICK', eventKey: 'K' } }, regex('^(退款|退货)\\d+$'),
      ...passive.map(message => reply('passive', message)), ...custom.map(message => reply('custom', message)),
    ];
    for (const rule of rules) assert.deepEqual(replyRuleSchema.parse(rule), rule);
  });

  it('names the wrong field', () => {
    const cases: [unknown, RegExp][] = [
      [{ ...RULE, _id: '' }, /^_id: must not be empty/], [{ ...RULE, order: 'first' }, /^order: must be a number/], [{ ...RULE, order: NaN }, /^order: /],
      [{ ...RULE, enabled: 1 }, /^enabled: must be true or false/], [{ ...RULE, appid: 'a b' }, /^appid: /], [{ ...RULE, more: 1 }, /more/],
      [{ ...RULE, when: { kind: 'text' } }, /^when: .*kind/], [{ ...RULE, when: { match: 'like' } }, /^when\.match: must be any, equals, contains or regex/],
      [{ ...RULE, when: { match: 'equals' } }, /^when\.text: must not be empty when match is equals/],
      [{ ...RULE, when: { text: 'x'.repeat(513) } }, /^when\.text: must be at most 512/], [{ ...RULE, when: { type: { $ne: 1 } } }, /^when\.type: /],
      [{ ...RULE, reply: { via: 'pigeon', message: {} } }, /^reply\.via: must be passive or custom/],
      [reply('custom', { msgtype: 'news', news: { articles: [] } }), /^reply\.message\.msgtype: must be text, image, link or miniprogrampage/],
      [reply('custom', { msgtype: 'transfer_customer_service' }), /^reply\.message\.msgtype: /],
      [reply('passive', { msgtype: 'link', link: {} }), /^reply\.message\.msgtype: must be text, image, news or transfer_customer_service/],
      [reply('passive', { msgtype: 'miniprogrampage' }), /^reply\.message\.msgtype: /],
      [reply('passive', { msgtype: 'news', news: { articles: [] } }), /^reply\.message\.news\.articles: must not be empty/],
      [reply('passive', { msgtype: 'news', news: { articles: Array.from({ length: 9 }, () => ({ title: 't' })) } }), /articles: must be at most 8/],
      [reply('passive', { msgtype: 'text', text: { content: 'a'.repeat(2_048) } }), /^reply\.message\.text\.content: must be at most 2047/],
      [reply('passive', { msgtype: 'text', text: {} }), /^reply\.message\.text\.content: /],
    ];
    for (const [rule, pattern] of cases) assert.match(problems(rule), pattern);
  });

  it('refuses a regex that RE2 does not take, with the reason', () => {
    assert.match(problems(regex('(')), /^when\.text: is not a regular expression of RE2: missing closing \)/);
    assert.match(problems(regex('(a)\\1')), /^when\.text: .*escape/);
    assert.match(problems(regex('(?=a)b')), /^when\.text: /);
    assert.match(problems(regex('(?<=a)b')), /^when\.text: /);
    assert.match(problems(regex('(a{1000}){1000}')), /^when\.text: .*repeat/);
    assert.match(problems(regex('[\\pL\\pN]{1000}')), /^when\.text: .*too large/);
    assert.match(problems(regex('a'.repeat(513))), /^when\.text: must be at most 512/);
    for (const good of ['a'.repeat(512), '(?i)hello|你好', '\\p{Han}{2,5}', '(a+)+$']) assert.equal(problems(regex(good)), 'accepted');
    assert.ok(milliseconds(() => problems(regex('((((a{30}){30})))'.repeat(30)))) < 1_000);
  });

  it('completes the rules of a file', () => {
    const { _id, order, enabled, ...bare } = RULE;
    assert.deepEqual(replyRulesFileSchema.parse([bare, { ...bare, _id: 'mine', order: 7 }, { ...bare, enabled: false }]), [
      { ...bare, _id: 'file:0', order: 0, enabled: true }, { ...bare, _id: 'mine', order: 7, enabled: true }, { ...bare, _id: 'file:2', order: 2, enabled: false },
    ]);
    assert.deepEqual(replyRulesFileSchema.parse([]), []);
    assert.equal(replyRulesFileSchema.parse(Array.from({ length: 10_000 }, () => bare)).length, 10_000);
  });

  it('refuses files that are too long, hold one _id twice or no array', () => {
    const file = (rules: unknown) => replyRulesFileSchema.safeParse(rules).error?.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    assert.match(file([RULE, { ...RULE, order: 2 }]) ?? '', /^1\._id: is that of another rule/);
    assert.match(file([RULE, { ...RULE, _id: 'r2', reply: {} }]) ?? '', /^1\.reply\.via: /);
    assert.match(file({ rules: [] }) ?? '', /must be an array of rules/);
    assert.match(file(Array.from({ length: 10_001 }, (_, index) => ({ ...RULE, _id: `r${index}` }))) ?? '', /at most 10000 rules/);
  });
});
