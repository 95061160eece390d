import assert from 'node:assert/strict';
import type { ConversationDocument } from '../../../app/model/conversation';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI } from '../../support/environment';
import { emptied, storedText, write } from '../../support/keeping';
import { choice, pushEvent, TEMPLATE } from '../../support/subscriptions';
import { until } from '../../support/until';

interface Item { id: string; unread: number; lastText: string; lastFrom: string; state: string; assignee: string | null; window: { open: boolean; reason: string | null; allowed: number; used: number } }
interface Page<T> { items: T[]; next: string | null }
interface Talk extends Page<{ id: string; from: string; text: string | null; state: string; by: string | null }> {
  conversation: Item | null; window: Item['window']; templates: Array<{ templateId: string; remaining: number }>;
}

const HOUR = 3_600_000;

describe('conversations in the console', () => {
  const hub = useApp();
  const idOf = (openid: string) => `${MINI.appid}:${openid}`;
  const kept = (openid: string) => hub().app.model.Conversation.findById(idOf(openid)).lean<ConversationDocument>();
  const text = (content: string) => ({ message: { msgtype: 'text', text: { content } } });
  const messagesOf = (openid: string) => `/conversations/${idOf(openid)}/messages`;
  /** A message from some time ago. */
  const said = async (openid: string, hoursAgo: number, content = 'hello') => {
    const message = storedText(openid, content, new Date(Date.now() - hoursAgo * HOUR));
    await hub().app.messageCollection.insertMany([message], { ordered: false });
    hub().app.keeping.stored(message);
    await hub().app.keeping.flush();
  };
  beforeEach(() => emptied(hub()));

  it('shows a person\'s message, unread, within the second', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    await write(hub(), 'o-1', 'good morning');
    await write(hub(), 'o-1', 'is anybody there?');
    const { items } = await until(() => anna.ok<Page<Item>>('GET', '/conversations?filter=unread'), page => page.items[0]?.unread === 2);
    assert.deepEqual(
      items.map(({ id, lastText, lastFrom, state, window }) => [id, lastText, lastFrom, state, window.open, window.allowed, window.used]),
      [[idOf('o-1'), 'is anybody there?', 'person', 'open', true, 10, 0]],
    );
    const talk = await anna.ok<Talk>('GET', messagesOf('o-1'));
    assert.deepEqual(talk.items.map(item => item.text), ['is anybody there?', 'good morning']);
  });

  it('shows whatever a person writes as it was written, and the beginning of it in the list', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    const texts = ['<img src=x onerror=alert(1)>', '\u202Etxet eht snrut', '=HYPERLINK("http://x")', '"; DROP TABLE', '{{constructor}}', '👩‍👩‍👧‍👦'.repeat(20), 'x'.repeat(10_000)];
    for (const [index, content] of texts.entries()) {
      await write(hub(), `o-${index}`, content);
      const { items: [item] } = await anna.ok<Talk>('GET', messagesOf(`o-${index}`));
      assert.equal(item.text, content);
    }
    await hub().app.keeping.flush();
    const { items } = await anna.ok<Page<Item>>('GET', '/conversations');
    for (const [index, content] of texts.entries()) {
      const shown = items.find(({ id }) => id === idOf(`o-${index}`))?.lastText ?? '';
      assert.ok(content.startsWith(shown) && shown.length >= Math.min(content.length, 99) && shown.length <= 100 && !/\p{Surrogate}/u.test(shown), shown);
    }
  });

  it('counts a repeated push, and a repeated note, once', async () => {
    for (let i = 0; i < 3; i++) await write(hub(), 'o-1', 'hello', 4711);
    await hub().app.keeping.flush();
    const [message] = await hub().app.model.Message.find({ openid: 'o-1' }).lean();
    for (let i = 0; i < 2; i++) {
      hub().app.keeping.stored(message as never, false);
      await hub().app.keeping.flush();
    }
    const { unread, readAt } = await kept('o-1') as ConversationDocument;
    assert.deepEqual([unread, readAt], [1, new Date(0)]);
  });

  it('pages the messages by the end of the page before, or by a time', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    for (const hoursAgo of [3, 2, 1]) await said('o-1', hoursAgo, `${hoursAgo} h ago`);
    const first = await anna.ok<Talk>('GET', `${messagesOf('o-1')}?limit=2`);
    const second = await anna.ok<Talk>('GET', `${messagesOf('o-1')}?before=${first.next}`);
    assert.deepEqual([first, second].map(({ items }) => items.map(item => item.text)), [['1 h ago', '2 h ago'], ['3 h ago']]);
    const { at } = first.items[0] as unknown as { at: string };
    const earlier = await anna.ok<Talk>('GET', `${messagesOf('o-1')}?before=${encodeURIComponent(at)}`);
    assert.deepEqual(earlier.items.map(item => item.text), ['2 h ago', '3 h ago']);
    assert.equal(await anna.fails('GET', `${messagesOf('o-1')}?before=yesterday`), '400 INVALID_ARGUMENT');
  });

  it('explains that an app is unknown, and that a mini-program cannot send a type', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    assert.equal((await anna.ask('GET', '/conversations/wxnobody:o-1/messages')).message, 'This appid is not configured.');
    await write(hub(), 'o-1', 'hello');
    const { status, message } = await anna.ask('POST', messagesOf('o-1'), { message: { msgtype: 'voice', voice: { media_id: 'm1' } } });
    assert.deepEqual([status, message], [400, 'message.msgtype must be text, image, link or miniprogrampage']);
  });

  it('sends an agent\'s answer, in their name, after a line in the audit log', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    await write(hub(), 'o-1', 'hello');
    const { id } = await anna.ok<{ id: string }>('POST', messagesOf('o-1'), { ...text('we are here'), idempotencyKey: 'k1' });
    assert.equal((await anna.ok<{ id: string }>('POST', messagesOf('o-1'), { ...text('we are here'), idempotencyKey: 'k1' })).id, id);
    await hub().app.keeping.flush();
    const talk = await anna.ok<Talk>('GET', messagesOf('o-1'));
    assert.deepEqual(talk.items.map(({ from, text: what, by }) => [from, what, by]), [['us', 'we are here', 'anna'], ['person', 'hello', null]]);
    assert.deepEqual([talk.conversation?.lastText, talk.conversation?.lastFrom, talk.window.used], ['we are here', 'us', 1]);
    assert.equal(await hub().app.model.AuditLog.countDocuments({ action: 'conversation.send', who: 'anna', target: idOf('o-1') }), 2);
    assert.equal(await anna.fails('POST', messagesOf('o-1'), { ...text('something else'), idempotencyKey: 'k1' }), '409 CONFLICT');
  });

  it('refuses a message outside the window before it is queued, and says what would work', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    const refused = async (openid: string) => {
      const answer = await anna.ask('POST', messagesOf(openid), text('hello'));
      const { window } = await anna.ok<Talk>('GET', messagesOf(openid));
      return [answer.status, answer.error, answer.message, window.reason];
    };
    const none = 'there is no grant for a subscription message either';
    assert.deepEqual(await refused('o-never'), [409, 'CONFLICT', `The person has never written, so no customer-service message can be sent; ${none}`, 'NEVER_WROTE']);
    await said('o-old', 49);
    assert.deepEqual(await refused('o-old'), [409, 'CONFLICT', `The last message of the person is older than 48 hours, so no customer-service message can be sent; ${none}`, 'OVER']);
    await write(hub(), 'o-used', 'hello');
    for (let i = 0; i < 5; i++) await anna.ok('POST', messagesOf('o-used'), text(`answer ${i}`));
    await pushEvent(hub(), 'o-used', 'popup', { CreateTime: 1_700_000_000, List: [choice('accept')] });
    await until(() => hub().app.model.Subscription.countDocuments({ openid: 'o-used', remaining: 1 }), count => count === 1);
    const [status, , message, reason] = await refused('o-used');
    assert.deepEqual([status, reason], [409, 'USED_UP']);
    assert.match(String(message), new RegExp(`a subscription message can be sent: ${TEMPLATE}`));
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 5);
    await anna.ok('POST', messagesOf('o-used'), { subscribe: { templateId: TEMPLATE, data: { thing1: { value: 'a parcel' } } } });
    assert.equal(await anna.fails('POST', messagesOf('o-used'), { subscribe: { templateId: TEMPLATE, data: { thing1: { value: 'a parcel' } } } }), '409 NO_GRANT');
    assert.equal(await anna.fails('POST', messagesOf('o-used'), { message: { msgtype: 'voice', voice: { media_id: 'm' } } }), '400 INVALID_ARGUMENT');
  });

  it('is read, closed, and opened again by a new message of the person', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    await said('o-1', 3);
    assert.equal((await anna.ok<Item>('POST', `/conversations/${idOf('o-1')}/read`)).unread, 0);
    await said('o-1', 2);
    assert.equal((await kept('o-1'))?.unread, 1);
    assert.deepEqual(await anna.ok<Item>('PATCH', `/conversations/${idOf('o-1')}`, { state: 'closed' }).then(({ state, unread }) => [state, unread]), ['closed', 0]);
    assert.deepEqual((await anna.ok<Page<Item>>('GET', '/conversations')).items, []);
    assert.equal((await anna.ok<Page<Item>>('GET', '/conversations?filter=closed')).items.length, 1);
    await said('o-1', 1, 'one more thing');
    assert.deepEqual((await anna.ok<Page<Item>>('GET', '/conversations')).items.map(({ state, unread, lastText }) => [state, unread, lastText]), [['open', 1, 'one more thing']]);
    assert.equal(await anna.fails('POST', `/conversations/${idOf('o-nobody')}/read`), '404 NOT_FOUND');
  });

  it('opens a closed one also for a message that had not been noted when it was closed', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    await said('o-1', 3);
    await anna.ok('PATCH', `/conversations/${idOf('o-1')}`, { state: 'closed' });
    const late = storedText('o-1', 'late', new Date(Date.now() - HOUR));
    await hub().app.messageCollection.insertMany([late], { ordered: false });
    assert.equal((await anna.ok<Item>('POST', `/conversations/${idOf('o-1')}/read`)).state, 'open');
    hub().app.keeping.stored(late);
    await hub().app.keeping.flush();
    assert.deepEqual([(await kept('o-1'))?.unread, (await kept('o-1'))?.state, (await kept('o-1'))?.lastText], [0, 'open', 'late']);
  });

  it('is assigned to one of several agents who take it at the same time', async () => {
    await said('o-1', 1);
    const agents = await Promise.all(['anna', 'ben', 'carl'].map(name => Console.as(hub(), 'agent', name)));
    const answers = await Promise.all(agents.map((agent, index) => agent.ask<Item>('PATCH', `/conversations/${idOf('o-1')}`, { assignee: ['anna', 'ben', 'carl'][index] })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
    const winner = (await kept('o-1'))?.assignee as string;
    for (const { status, message } of answers) if (status === 409) assert.match(message, new RegExp(`^${winner} is answering`));
    const [other] = ['anna', 'ben', 'carl'].filter(name => name !== winner);
    const console = agents[['anna', 'ben', 'carl'].indexOf(other)];
    assert.equal((await console.ok<Item>('PATCH', `/conversations/${idOf('o-1')}`, { assignee: other, from: winner })).assignee, other);
    assert.equal((await console.ok<Page<Item>>('GET', '/conversations?filter=mine')).items.length, 1);
    assert.equal(await console.fails('PATCH', `/conversations/${idOf('o-1')}`, { assignee: 'nobody' }), '404 NOT_FOUND');
    assert.equal((await console.ok<Item>('PATCH', `/conversations/${idOf('o-1')}`, { assignee: null })).assignee, null);
  });

  it('is listed by app and by search', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    for (let i = 0; i < 7; i++) await said(`o-${i}`, i + 1, `text ${i}`);
    const listed = await anna.ok<Page<Item>>('GET', `/conversations?appid=${MINI.appid}`);
    assert.deepEqual(listed.items.map(({ lastText }) => lastText), Array.from({ length: 7 }, (_, i) => `text ${i}`));
    assert.deepEqual((await anna.ok<Page<Item>>('GET', '/conversations?q=o-3')).items.map(({ id }) => id), [idOf('o-3')]);
    assert.deepEqual((await anna.ok<Page<Item>>('GET', '/conversations?appid=another')).items, []);
    assert.equal(await anna.fails('GET', '/conversations?filter=all'), '400 INVALID_ARGUMENT');
    assert.equal(await anna.fails('GET', '/conversations/nobody/messages'), '400 INVALID_ARGUMENT');
  });

  it('shows complete pages of messages in order, also of one millisecond', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    const at = new Date(Date.now() - HOUR);
    const messages = Array.from({ length: 11 }, (_, i) => storedText('o-1', `m${i}`, i < 6 ? at : new Date(at.getTime() + i)));
    await hub().app.messageCollection.insertMany(messages, { ordered: false });
    const seen: Array<string | null> = [];
    let before = '';
    do {
      const page: Talk = await anna.ok('GET', `${messagesOf('o-1')}?limit=2${before}`);
      seen.push(...page.items.map(item => item.text));
      before = page.next === null ? '' : `&before=${page.next}`;
    } while (before);
    assert.deepEqual(seen.slice(0, 5), ['m10', 'm9', 'm8', 'm7', 'm6']);
    assert.deepEqual(seen.slice(5).sort(), ['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
  });

  it('shows typing, uploads an image, and needs a session', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    await write(hub(), 'o-1', 'hello');
    assert.equal(await anna.ok('POST', `/conversations/${idOf('o-1')}/typing`, { typing: true }), null);
    const form = new FormData();
    form.set('appid', MINI.appid);
    form.set('media', new Blob([Buffer.from('89504e470d0a1a0a', 'hex')], { type: 'image/png' }), 'a.png');
    const answer = await fetch(`${hub().url}/console/api/media`, { method: 'POST', body: form, headers: { cookie: anna.cookie, 'x-csrf-token': anna.csrfToken } });
    const { data } = await answer.json() as { data: { mediaId: string; type: string } };
    assert.equal(data?.type, 'image');
    await anna.ok('POST', messagesOf('o-1'), { message: { msgtype: 'image', image: { media_id: data.mediaId } } });
    const nobody = new Console(hub().url);
    for (const path of ['/conversations', messagesOf('o-1'), '/events', '/overview', '/users']) assert.equal(await nobody.fails('GET', path), '401 UNAUTHENTICATED');
  });
});
