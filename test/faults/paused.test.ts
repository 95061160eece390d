import assert from 'node:assert/strict';
import { SEND_LEASE_MS } from '../../app/lib/outbox/claims';
import { OPEN } from '../../app/lib/outbox/document';
import { sleep } from '../../app/lib/async/sleep';
import type { Envelope } from '../support/client';
import { MINI } from '../support/environment';
import { inParallel, Pusher } from '../support/load';
import { WebhookReceiver, type Received } from '../support/receiver';
import { Server } from '../support/server';
import { choice } from '../support/subscriptions';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const PEOPLE = 40;
const PAUSES = 200;
/** Beside the short pauses: one longer than any lease. */
const LONG_MS = SEND_LEASE_MS + 5_000;
/** After each so many texts a person accepts a template, and is sent a message of it by API. */
const TEXTS = 10;
const TEMPLATE = 'tpl-paused';

interface Call { body: { touser: string; text?: { content: string }; data?: { number1: { value: string } } }; answer?: { errcode: number } }

/** Somebody who writes text after text, and what another backend sends them. */
class Person {
  texts = 0;
  notices = 0;

  constructor(readonly openid: string, private readonly number: number, private readonly pusher: Pusher, private readonly server: Server) {}

  async write(): Promise<void> {
    if (this.texts % TEXTS === 0) await this.accept();
    await this.push(textXml(this.openid, `${this.texts}`, this.number * 100_000 + this.texts), 'xml');
    if (++this.texts % TEXTS === 0) await this.notify(this.notices++);
  }

  /** Each pop-up is one of its own second: two of one second are the same event. */
  private async accept(): Promise<void> {
    const event = { ToUserName: 'gh_1', FromUserName: this.openid, CreateTime: 1_700_000_000 + this.texts, MsgType: 'event', Event: 'subscribe_msg_popup_event', List: [choice('accept', TEMPLATE)] };
    await this.push(JSON.stringify(event), 'json');
  }

  private async push(plain: string, format: 'json' | 'xml'): Promise<void> {
    const { query, body } = securePush(MINI, plain, format);
    await this.pusher.pushUntilAnswered('/message/check', query, body, 100, 1_000);
  }

  /** Asks until it is queued, as backends do: a worker that is stopped does not answer, and the grant is known a moment after its push. */
  private async notify(number: number): Promise<void> {
    const message = { openid: this.openid, templateId: TEMPLATE, data: { number1: { value: `${number}` } }, idempotencyKey: `${this.number}-${number}` };
    const said = new Set<string>();
    for (const end = Date.now() + 2 * LONG_MS; Date.now() < end; await sleep(200)) {
      const answer = await this.ask('/api/server/messages/subscribe', message).catch(() => undefined);
      if (answer?.code === 1) return;
      said.add(answer?.error ?? 'nothing');
    }
    const subscription = await (await this.server.database()).collection('subscriptions').findOne({ openid: this.openid });
    throw new Error(`${message.idempotencyKey} is not queued: ${[...said].join(', ')}; ${JSON.stringify(subscription)}`);
  }

  private async ask(path: string, body: object): Promise<Envelope> {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer test-api-key-1' };
    const response = await fetch(`${this.server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(5_000) });
    return await response.json() as Envelope;
  }
}

describe(`a worker stopped ${PAUSES} times, and once for longer than any lease`, () => {
  const backend = new WebhookReceiver();
  let server: Server;
  let pusher: Pusher;
  before(async function() {
    this.timeout(60_000);
    await backend.start();
    server = await Server.startEcho({ WEBHOOK_URL: backend.url, WEBHOOK_SECRET: backend.secret });
    await server.sandbox.post('/settings', { subscribeSentEvent: false });
    pusher = new Pusher(server.url, 2 * PEOPLE);
  });
  after(async function() {
    this.timeout(30_000);
    pusher?.close();
    await server?.stop();
    await backend.stop();
  });

  it('loses nothing, doubles nothing, and keeps each person\'s order: replies, messages by API and events out', async () => {
    const { openids } = await server.sandbox.post<{ openids: string[] }>('/users', { count: PEOPLE, appid: MINI.appid });
    for (const openid of openids) await server.sandbox.post('/grant', { openid, templateId: TEMPLATE, count: 1_000_000 });
    const people = openids.map((openid, number) => new Person(openid, number, pusher, server));
    let over = false;
    const stop = async (ms: number) => {
      const pids = server.workers();
      const pid = pids[Math.floor(Math.random() * pids.length)];
      process.kill(pid, 'SIGSTOP');
      await sleep(ms);
      process.kill(pid, 'SIGCONT');
    };
    const stops = (async () => {
      for (let i = 0; i < PAUSES; i++) {
        await stop(10 + Math.random() ** 3 * 900);
        await sleep(Math.random() * 300);
        if (i === PAUSES / 2) await stop(LONG_MS);
      }
    })().finally(() => { over = true; });
    await Promise.all([stops, inParallel(PEOPLE, PEOPLE, async index => {
      for (; !over; await sleep(500)) await people[index].write();
    })]);
    const texts = sum(people.map(person => person.texts));
    const notices = sum(people.map(person => person.notices));
    const db = await server.database();
    const outbox = db.collection('outbox');
    await until(() => db.collection('messages').countDocuments({ type: 'text', state: 'handled' }), handled => handled >= texts, 120);
    await until(() => outbox.countDocuments({ $or: [{ state: { $in: OPEN } }, { untold: { $exists: true } }] }), left => left === 0, 120);
    assert.equal(await db.collection('messages').countDocuments({ type: 'text' }), texts);
    assert.equal(await outbox.countDocuments({ kind: 'custom' }), texts);
    assert.equal(await outbox.countDocuments({ kind: 'subscribe' }), notices);
    assert.equal(await outbox.countDocuments({ state: { $nin: ['sent', 'unknown'] } }), 0);
    const sent = await taken('/cgi-bin/message/custom/send', ({ text }) => Number(text?.content));
    const noticed = await taken('/cgi-bin/message/subscribe/send', ({ data }) => Number(data?.number1.value));
    const unknown = await outbox.countDocuments({ kind: 'custom', state: 'unknown' });
    const unknownNotices = await outbox.countDocuments({ kind: 'subscribe', state: 'unknown' });
    for (const person of people) {
      assertInOrder(sent(person), person.texts, `replies to ${person.openid}`);
      assertInOrder(noticed(person), person.notices, `messages to ${person.openid}`);
    }
    assert.ok(sum(people.map(person => sent(person).length)) >= texts - unknown, 'what counts as sent was sent');
    assert.ok(sum(people.map(person => noticed(person).length)) >= notices - unknownNotices, 'what counts as sent was sent, by API too');
    // One that was taken for nothing by a worker that was stopped is given back after a while.
    const left = async () => sum((await db.collection('subscriptions').find({}).toArray()).map(({ remaining }) => Number(remaining)));
    const accepted = sum(people.map(person => Math.ceil(person.texts / TEXTS)));
    await until(left, remaining => remaining === accepted - notices, 150);
    await assertTold(people);
    console.log(`      ${PAUSES + 1} pauses, ${texts} pushes: ${texts - unknown} replies and ${notices - unknownNotices} of ${notices} messages by API, each once and in order, ${unknown + unknownNotices} unknown; ${backend.events().length} events in ${backend.received.length} tries`);
  }).timeout(600_000);

  /** What WeChat has taken of each person, in the order in which it came. */
  async function taken(path: string, number: (body: Call['body']) => number): Promise<(person: Person) => number[]> {
    const { calls } = await server.sandbox.call<{ calls: Call[] }>('GET', `/calls?path=${path}&limit=20000`);
    const good = calls.filter(({ answer }) => answer?.errcode === 0);
    return ({ openid }) => good.filter(({ body }) => body.touser === openid).map(({ body }) => number(body));
  }

  /** Every event by one id and one body, in each person's order; every end of a message by one event. */
  async function assertTold(people: Person[]): Promise<void> {
    const db = await server.database();
    const rows = await db.collection('outbox').find({}, { sort: { order: 1 } }).toArray();
    const events = backend.events();
    assert.equal(backend.forged, 0);
    assert.deepEqual(events.map(({ id }) => id).sort(), rows.filter(({ kind }) => kind === 'webhook').map(({ _id }) => String(_id)).sort());
    const bodies = new Map(events.map(({ id, body }) => [id, body]));
    assert.ok(backend.received.every(({ id, body }) => bodies.get(id) === body), 'the body stays the same over all tries');
    for (const { openid, texts } of people) {
      const own = events.filter(({ event }) => event.data.openid === openid);
      const received = own.filter(({ event }) => event.type === 'message.received').map(({ event }) => Number(event.data.content));
      assert.deepEqual(received, Array.from({ length: texts }, (_, index) => index), `message.received of ${openid}`);
      assert.equal(own.filter(({ event }) => event.type === 'subscription.granted').length, Math.ceil(texts / TEXTS));
      const doubted = new Set(toldAs(own, 'message.failed'));
      for (const kind of ['custom', 'subscribe']) {
        const ends = rows.filter(row => row.openid === openid && row.kind === kind);
        assert.deepEqual(ends.filter(({ _id, state }) => state === 'unknown' && !doubted.has(String(_id))), [], 'what is unknown is told');
        const told = toldAs(own, 'message.sent', kind);
        assert.equal(new Set(told).size, told.length, 'each end is told once');
        // Who was stopped while sending for longer than its lease tells what became of it late.
        const certain = ends.map(({ _id }) => String(_id)).filter(id => !doubted.has(id));
        assert.deepEqual(told.filter(id => !doubted.has(id)), certain, `message.sent of ${openid}, ${kind}`);
      }
    }
  }
});

/** The messages that events of a type tell of. */
function toldAs(events: Received[], type: string, kind?: string): string[] {
  return events.filter(({ event }) => event.type === type && (kind === undefined || event.data.kind === kind)).map(({ event }) => String(event.data.id));
}

function assertInOrder(numbers: number[], most: number, what: string): void {
  assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b), `in order, none twice: ${what}`);
  assert.ok(numbers.every(number => number < most), what);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
