import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { hashPassword } from '../../../app/lib/console/password';
import { Console, PASSWORD } from '../../support/console';
import { MINI } from '../../support/environment';
import { Server } from '../../support/server';
import { until } from '../../support/until';

interface Told { event: string; id?: string; data: Record<string, unknown> }

/** Listens to the console's events, as a browser does; each has a connection, and so a worker, of its own. */
class Listener {
  readonly told: Told[] = [];
  ended = false;
  private text = '';

  private constructor(private readonly answer: IncomingMessage) {
    answer.setEncoding('utf8').on('data', (chunk: string) => this.read(chunk)).on('close', () => { this.ended = true; }).on('error', () => undefined);
  }

  static async open(console: Console, lastId?: string): Promise<Listener> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${console.url}/console/api/events`, { agent: false, headers: { cookie: console.cookie, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) } }, resolve).on('error', reject);
    });
    assert.equal(answer.statusCode, 200);
    assert.match(String(answer.headers['content-type']), /^text\/event-stream/);
    return new Listener(answer);
  }

  close(): void {
    this.answer.destroy();
  }

  private read(chunk: string): void {
    this.text += chunk;
    const frames = this.text.split('\n\n');
    this.text = frames.pop() ?? '';
    for (const frame of frames) {
      const lines = Object.fromEntries(frame.split('\n').map(line => line.split(/: (.*)/s).slice(0, 2)));
      if (lines.event) this.told.push({ event: lines.event, ...(lines.id ? { id: lines.id } : {}), data: JSON.parse(lines.data) });
    }
  }
}

describe('GET /console/api/events on two workers', function() {
  this.timeout(90_000);
  let server: Server;
  let console: Console;
  const write = (openid: string, content: string, id: number) => server.sandbox.post('/push', { format: 'json', message: { MsgType: 'text', FromUserName: openid, Content: content, MsgId: id } });
  const texts = ({ told }: Listener) => told.filter(({ event }) => event === 'conversation').map(({ data }) => data.lastText);

  before(async () => {
    server = await Server.start();
    const db = await server.database();
    await db.collection<{ _id: string }>('admins').insertOne({ _id: 'anna', role: 'admin', passwordHash: await hashPassword(PASSWORD), version: 'v1', createdAt: new Date() } as { _id: string });
    console = new Console(server.url);
    await console.signIn('anna');
  });
  after(() => server?.stop());

  it('sends the same on every worker, and continues after a break', async () => {
    const listeners = await Promise.all(Array.from({ length: 8 }, () => Listener.open(console)));
    try {
      for (let i = 0; i < 4; i++) await write(`o-${i}`, `text ${i}`, 100 + i);
      await until(() => listeners.map(listener => new Set(texts(listener)).size), sizes => sizes.every(size => size === 4));
      const [first, ...others] = listeners.map(({ told }) => told.filter(({ event }) => event !== 'health').map(({ data }) => JSON.stringify(data)).sort());
      for (const other of others) assert.deepEqual(other, first);
      const { id } = [...listeners[0].told].reverse().find(told => told.id) as Told;
      listeners[0].close();
      await write('o-9', 'while nobody listened here', 200);
      await until(() => texts(listeners[1]).includes('while nobody listened here'), told => told);
      const again = await Listener.open(console, id);
      listeners.push(again);
      await until(() => texts(again).includes('while nobody listened here'), told => told);
      assert.ok(!texts(again).includes('text 0') || texts(again).length <= 5);
      assert.deepEqual(listeners[1].told.filter(({ event }) => event === 'message').map(({ data }) => data.from), Array.from({ length: 5 }, () => 'person'));
    } finally {
      for (const listener of listeners) listener.close();
    }
  });

  it('sends the outcome of a message', async () => {
    const listener = await Listener.open(console);
    try {
      await write('o-1', 'hello', 300);
      const { id } = await console.ok<{ id: string }>('POST', `/conversations/${MINI.appid}:o-1/messages`, { message: { msgtype: 'text', text: { content: 'we are here' } } });
      const told = await until(() => listener.told.find(({ event, data }) => event === 'outbox' && data.id === id), found => found !== undefined);
      assert.equal(told?.data.state, 'sent');
      await until(() => texts(listener), all => all.includes('we are here'));
    } finally {
      listener.close();
    }
  });

  it('ends with the session, on every worker', async () => {
    const other = new Console(server.url);
    await other.signIn('anna');
    const listeners = await Promise.all(Array.from({ length: 6 }, () => Listener.open(other)));
    await other.ok('DELETE', '/session');
    await until(() => listeners.map(({ ended }) => ended), all => all.every(ended => ended));
  });

  it('does not delay the server\'s stop', async () => {
    const listener = await Listener.open(console);
    server.process.kill('SIGTERM');
    await until(() => server.processes(), running => running.length === 0, 10);
    assert.equal(listener.ended, true);
    assert.equal(server.errors(), '');
  });
});
