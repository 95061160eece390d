import assert from 'node:assert/strict';
import { hashPassword } from '../../app/lib/console/password';
import { sleep } from '../../app/lib/async/sleep';
import { Console, PASSWORD } from '../support/console';
import { EventListener } from '../support/consoleEvents';
import { MINI } from '../support/environment';
import { Pusher } from '../support/load';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const CONSOLES = 50;
const SESSIONS = 10;
const SECONDS = 20;
const RATE = 50;
const PEOPLE = 100;

/** A console, as its browser holds the stream open: after a break it goes on where it was. */
class Page {
  private readonly parts: EventListener[] = [];
  breaks = 0;

  constructor(private readonly console: Console) {}

  async open(): Promise<void> {
    this.parts.push(await EventListener.open(this.console, this.parts.at(-1)?.lastId));
  }

  async break(): Promise<void> {
    this.breaks++;
    this.close();
    await sleep(Math.random() * 500);
    await this.open();
  }

  /** Ids of the messages that it was told of, and how often. */
  messages(): Map<string, number> {
    const told = new Map<string, number>();
    for (const { id } of this.parts.flatMap(part => part.named('message'))) told.set(String(id), (told.get(String(id)) ?? 0) + 1);
    return told;
  }

  /** The last text of each conversation, as it was told last. */
  conversations(): Map<string, string> {
    return new Map(this.parts.flatMap(part => part.named('conversation')).map(({ id, lastText }) => [String(id), String(lastText)]));
  }

  close(): void {
    this.parts.at(-1)?.close();
  }
}

describe(`${CONSOLES} open consoles on two workers`, () => {
  let server: Server;
  let pusher: Pusher;
  const consoles: Console[] = [];
  before(async function() {
    this.timeout(90_000);
    server = await Server.start();
    pusher = new Pusher(server.url, 32);
    const passwordHash = await hashPassword(PASSWORD);
    await (await server.database()).collection<{ _id: string }>('admins').insertOne({ _id: 'anna', role: 'admin', passwordHash, version: 'v1', createdAt: new Date() } as { _id: string });
    for (let i = 0; i < SESSIONS; i++) {
      consoles.push(new Console(server.url));
      await consoles[i].signIn('anna');
    }
  });
  after(async () => {
    pusher?.close();
    await server?.stop();
  });

  it('are told of each message once under load, and after a break of what they missed', async () => {
    const pages = Array.from({ length: CONSOLES }, (_, i) => new Page(consoles[i % SESSIONS]));
    await Promise.all(pages.map(page => page.open()));
    const began = Date.now();
    const answers: Array<Promise<unknown>> = [];
    const last = new Map<string, string>();
    for (let i = 0; i < SECONDS * RATE; i++) {
      const openid = `o-${i % PEOPLE}`;
      const { query, body } = securePush(MINI, textXml(openid, `text ${i}`, 5_000_000 + i));
      answers.push(pusher.pushUntilAnswered('/message/check', query, body));
      last.set(`${MINI.appid}:${openid}`, `text ${i}`);
      // Every second one page breaks off, once it has been told something.
      if (i > 0 && i % RATE === 0) answers.push(pages[(i / RATE) % 5].break());
      await sleep(Math.max(0, began + i * 1000 / RATE - Date.now()));
    }
    await Promise.all(answers);
    const expected = (await (await server.database()).collection<{ _id: string }>('messages').find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id).sort();
    assert.equal(expected.length, SECONDS * RATE);
    await until(() => pages.map(page => page.messages().size), sizes => sizes.every(size => size >= expected.length), 60);
    await until(() => pages.every(page => [...last].every(([id, text]) => page.conversations().get(id) === text)), all => all, 60);
    for (const page of pages) {
      const told = page.messages();
      assert.deepEqual([...told.keys()].sort(), expected);
      if (page.breaks === 0) assert.ok([...told.values()].every(times => times === 1), 'each once');
      page.close();
    }
    assert.equal(server.errors(), '');
    console.log(`      ${expected.length} messages, ${CONSOLES} consoles, ${pages.reduce((sum, { breaks }) => sum + breaks, 0)} breaks`);
  }).timeout(180_000);

  it('are not held up by one that does not read, which is cut off', async () => {
    const [reads, deaf] = await Promise.all([EventListener.open(consoles[0]), EventListener.openDeaf(consoles[0])]);
    const news = (await server.database()).collection<{ _id: string; at: Date; items: object[] }>('news');
    let cut = false;
    deaf.socket.once('close', () => { cut = true; });
    const text = 'x'.repeat(150_000);
    let sent = 0;
    // What the kernel holds for a connection comes before what the server does.
    for (; !cut && sent < 150; sent++) {
      await news.insertOne({ _id: `large-${sent}`, at: new Date(), items: [{ type: 'message', data: { id: `large-${sent}`, text } }] });
      await sleep(500);
      // Node notices the end of a connection that it does not read when it writes to it.
      deaf.socket.write('\n');
    }
    assert.ok(cut, `${sent} times ${text.length} bytes`);
    await news.insertOne({ _id: 'last', at: new Date(), items: [{ type: 'message', data: { id: 'last' } }] });
    await until(() => reads.named('message').some(({ id }) => id === 'last'), told => told);
    assert.equal(reads.ended, false);
    reads.close();
    assert.equal(server.errors(), '');
    console.log(`      cut off after ${(sent * text.length / 1e6).toFixed(1)} MB`);
  }).timeout(180_000);
});
