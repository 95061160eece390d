import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI } from '../../support/environment';

interface Rule { id: string; appid: string | null; order: number; enabled: boolean; when: object; reply: object; source: string; readOnly: boolean; problem: string | null }
interface Tried { ruleId: string | null; reply: object | null; before: Array<{ ruleId: string; why: string }> }

const text = (content: string) => ({ via: 'custom', message: { msgtype: 'text', text: { content } } });

describe('/console/api/rules', () => {
  const hub = useApp();
  const ids = (rules: Rule[]) => rules.map(({ id }) => id);
  const make = (admin: Console, when: object = {}, more: object = {}) => admin.ok<Rule>('POST', '/rules', { when, reply: text('hello'), ...more });
  const list = async (admin: Console) => (await admin.ok<{ items: Rule[] }>('GET', '/rules')).items;
  const ask = (admin: Console, said: string, more: object = {}) => admin.ok<Tried>('POST', '/rules/try', { appid: MINI.appid, type: 'text', text: said, ...more });

  it('adds, changes and removes a rule, effective at once on the same worker', async () => {
    const admin = await Console.as(hub());
    const rule = await make(admin, { type: 'text', match: 'contains', text: 'price' }, { appid: MINI.appid, reply: text('You said: {{content}} {{openid}}') });
    assert.deepEqual([rule.appid, rule.order, rule.enabled, rule.source, rule.readOnly, rule.problem], [MINI.appid, 1, true, 'console', false, null]);
    assert.deepEqual(await ask(admin, 'the price?'), { ruleId: rule.id, reply: text('You said: the price? {{openid}}'), before: [] });
    const changed = await admin.ok<Rule>('PATCH', `/rules/${rule.id}`, { appid: null, when: { type: 'text', match: 'equals', text: 'hi' } });
    assert.deepEqual([changed.appid, changed.when], [null, { type: 'text', match: 'equals', text: 'hi' }]);
    assert.deepEqual(await ask(admin, 'the price?'), { ruleId: null, reply: null, before: [{ ruleId: rule.id, why: 'text' }] });
    assert.equal((await ask(admin, 'hi')).ruleId, rule.id);
    assert.equal(await admin.ok('DELETE', `/rules/${rule.id}`), null);
    assert.equal((await ask(admin, 'hi')).ruleId, null);
    assert.equal(await admin.fails('PATCH', `/rules/${rule.id}`, { enabled: false }), '404 NOT_FOUND');
  });

  it('explains why the rules before did not answer', async () => {
    const admin = await Console.as(hub());
    const other = await make(admin, {}, { appid: 'wxother' });
    const off = await make(admin, {}, { enabled: false });
    const image = await make(admin, { type: 'image' });
    const click = await make(admin, { event: 'CLICK' });
    const key = await make(admin, { eventKey: 'MENU' });
    const regex = await make(admin, { match: 'regex', text: '^\\d+$' });
    const any = await make(admin);
    await make(admin);
    assert.deepEqual(await ask(admin, 'hello'), {
      ruleId: any.id,
      reply: text('hello'),
      before: [[other, 'appid'], [off, 'disabled'], [image, 'type'], [click, 'event'], [key, 'eventKey'], [regex, 'text']].map(([rule, why]) => ({ ruleId: (rule as Rule).id, why })),
    });
    assert.equal((await ask(admin, '42')).ruleId, regex.id);
    assert.equal((await admin.ok<Tried>('POST', '/rules/try', { appid: MINI.appid, type: 'event', event: 'click', eventKey: 'X' })).ruleId, click.id);
    assert.equal(await admin.fails('POST', '/rules/try', { appid: 'wxunknown', type: 'text' }), '404 NOT_FOUND');
  });

  it('refuses a rule that would not count, with the reason', async () => {
    const admin = await Console.as(hub());
    for (const [body, reason] of [
      [{ when: { match: 'regex', text: '(' }, reply: text('x') }, /missing closing \)/],
      [{ when: { match: 'regex', text: '(?=x)' }, reply: text('x') }, /not a regular expression of RE2/],
      [{ when: {}, reply: { via: 'custom', message: { msgtype: 'video' } } }, /must be text, image, link or miniprogrampage/],
      [{ when: {}, reply: text('x'), more: 1 }, /more/],
      [{ when: { $where: 'x' }, reply: text('x') }, /when holds a field that is not known/],
    ] as const) {
      const answer = await admin.ask('POST', '/rules', body);
      assert.deepEqual([answer.status, answer.error], [400, 'INVALID_ARGUMENT']);
      assert.match(answer.message, reason);
    }
    const rule = await make(admin);
    assert.equal(await admin.fails('PATCH', `/rules/${rule.id}`, {}), '400 INVALID_ARGUMENT');
    assert.equal(await admin.fails('PATCH', `/rules/${rule.id}`, { when: { match: 'regex', text: '(' } }), '400 INVALID_ARGUMENT');
    assert.equal(await hub().app.model.ReplyRule.countDocuments(), 1);
  });

  it('changes the order of rules', async () => {
    const admin = await Console.as(hub());
    const [a, b, c] = [await make(admin), await make(admin), await make(admin)];
    const { items } = await admin.ok<{ items: Rule[] }>('PUT', '/rules/order', { ids: [c.id, a.id] });
    assert.deepEqual(ids(items), [c.id, b.id, a.id]);
    assert.deepEqual(ids(await list(admin)), [c.id, b.id, a.id]);
    assert.equal((await ask(admin, 'hello')).ruleId, c.id);
    assert.equal(await admin.fails('PUT', '/rules/order', { ids: [a.id, 'unknown'] }), '404 NOT_FOUND');
    assert.equal(await admin.fails('PUT', '/rules/order', { ids: [a.id, a.id] }), '400 INVALID_ARGUMENT');
  });

  it('shows rules that were stored by hand, and what is wrong with them', async () => {
    const admin = await Console.as(hub());
    const { insertedId } = await hub().app.model.ReplyRule.collection.insertOne({ order: 1, enabled: true, when: { match: 'regex', text: '(' }, reply: text('x') } as never);
    const [rule] = await list(admin);
    assert.equal(rule.id, String(insertedId));
    assert.match(String(rule.problem), /missing closing/);
    const mended = await admin.ok<Rule>('PATCH', `/rules/${rule.id}`, { when: {} });
    assert.equal(mended.problem, null);
    assert.equal((await ask(admin, 'x')).ruleId, rule.id);
    await admin.ok('DELETE', `/rules/${rule.id}`);
    assert.deepEqual(await list(admin), []);
  });

  it('is read by agents, too', async () => {
    const made = await make(await Console.as(hub()));
    assert.deepEqual(ids(await list(await Console.as(hub(), 'agent'))), ids([made]));
  });
});
