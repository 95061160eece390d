import assert from 'node:assert/strict';
import { hashPassword } from '../../../app/lib/console/password';
import { Console, PASSWORD } from '../../support/console';
import { EventListener } from '../../support/consoleEvents';
import { MINI } from '../../support/environment';
import { Server } from '../../support/server';
import { until } from '../../support/until';

describe('GET /console/api/events on two workers', function() {
  this.timeout(90_000);
  let server: Server;
  let console: Console;
  const write = (openid: string, content: string, id: number) => server.sandbox.post('/push', { format: 'json', message: { MsgType: 'text', FromUserName: openid, Content: content, MsgId: id } });
  const texts = (listener: EventListener) => listener.named('conversation').map(({ lastText }) => lastText);
  const listen = (who: Console, count: number) => Promise.all(Array.from({ length: count }, () => EventListener.open(who)));
  const signedIn = async (name: string) => {
    const page = new Console(server.url);
    await page.signIn(name);
    return page;
  };

  before(async () => {
    server = await Server.start();
    const db = await server.database();
    await db.collection<{ _id: string }>('admins').insertOne({ _id: 'anna', role: 'admin', passwordHash: await hashPassword(PASSWORD), version: 'v1', createdAt: new Date() } as { _id: string });
    console = await signedIn('anna');
  });
  after(() => server?.stop());

  it('tells the same on every worker, and goes on where it broke off', async () => {
    const listeners = await listen(console, 8);
    try {
      for (let i = 0; i < 4; i++) await write(`o-${i}`, `text ${i}`, 100 + i);
      await until(() => listeners.map(listener => new Set(texts(listener)).size), sizes => sizes.every(size => size === 4));
      const [first, ...others] = listeners.map(({ told }) => told.filter(({ event }) => event !== 'health').map(({ data }) => JSON.stringify(data)).sort());
      for (const other of others) assert.deepEqual(other, first);
      listeners[0].close();
      await write('o-9', 'while nobody listened here', 200);
      await until(() => texts(listeners[1]).includes('while nobody listened here'), told => told);
      const again = await EventListener.open(console, listeners[0].lastId);
      listeners.push(again);
      await until(() => texts(again).includes('while nobody listened here'), told => told);
      assert.ok(texts(again).length <= 5);
      assert.deepEqual(listeners[1].named('message').map(({ from }) => from), Array.from({ length: 5 }, () => 'person'));
    } finally {
      for (const listener of listeners) listener.close();
    }
  });

  it('says that there is more where too much was missed, or is not kept any more', async () => {
    const news = (await server.database()).collection<{ _id: string; at: Date; items: object[] }>('news');
    const at = Date.now();
    await news.insertMany(Array.from({ length: 250 }, (_, i) => ({ _id: `missed-${i}`, at: new Date(at - 250 + i), items: [{ type: 'message', data: { id: `m${i}` } }] })));
    for (const lastId of [String(at - 1_000), '1']) {
      const listener = await EventListener.open(console, lastId);
      try {
        await until(() => ['conversation', 'message', 'outbox'].map(name => listener.named(name)[0]), told => told.every(data => data?.more === true));
        await write('o-1', `after ${lastId}`, 400 + lastId.length);
        await until(() => texts(listener), all => all.includes(`after ${lastId}`));
      } finally {
        listener.close();
      }
    }
  });

  it('tells what becomes of a message that is sent', async () => {
    const listener = await EventListener.open(console);
    try {
      await write('o-1', 'hello', 300);
      const { id } = await console.ok<{ id: string }>('POST', `/conversations/${MINI.appid}:o-1/messages`, { message: { msgtype: 'text', text: { content: 'we are here' } } });
      const told = await until(() => listener.named('outbox').find(data => data.id === id), found => found !== undefined);
      assert.equal(told?.state, 'sent');
      await until(() => texts(listener), all => all.includes('we are here'));
    } finally {
      listener.close();
    }
  });

  it('tells everybody who answers, when several take a conversation at once', async () => {
    await write('o-taken', 'who answers?', 500);
    const id = `${MINI.appid}:o-taken`;
    await until(async () => (await server.database()).collection<{ _id: string }>('conversations').countDocuments({ _id: id }), count => count === 1);
    const names = ['ben', 'carl', 'dora', 'emil'];
    for (const name of names) await console.ok('POST', '/admins', { username: name, password: PASSWORD, role: 'agent' });
    const agents = await Promise.all(names.map(signedIn));
    const listeners = (await Promise.all(agents.map(agent => listen(agent, 3)))).flat();
    try {
      const answers = await Promise.all(agents.map((agent, i) => agent.ask<{ assignee: string }>('PATCH', `/conversations/${id}`, { assignee: names[i] }, { connection: 'close' })));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
      const winner = answers.find(({ status }) => status === 200)?.data.assignee as string;
      for (const { status, message } of answers) if (status === 409) assert.match(message, new RegExp(`^${winner} is answering`));
      const takenBy = (listener: EventListener) => listener.named('conversation').filter(data => data.id === id && data.assignee !== undefined).map(({ assignee }) => assignee);
      await until(() => listeners.map(takenBy), told => told.every(by => by.includes(winner)));
      for (const listener of listeners) assert.deepEqual(takenBy(listener), [winner]);
    } finally {
      for (const listener of listeners) listener.close();
    }
  });

  it('ends with the session, on every worker', async () => {
    const other = await signedIn('anna');
    const listeners = await listen(other, 6);
    await other.ok('DELETE', '/session');
    await until(() => listeners.map(({ ended }) => ended), all => all.every(ended => ended));
  });

  it('ends on every worker with another role or password, and with the person', async () => {
    await console.ok('POST', '/admins', { username: 'fred', password: PASSWORD, role: 'admin' });
    const bystander = await EventListener.open(console);
    for (const end of [
      () => console.ok('PATCH', '/admins/fred', { role: 'agent' }),
      () => console.ok('PATCH', '/admins/fred', { role: 'admin' }),
      () => console.ok('PATCH', '/admins/fred', { password: PASSWORD }),
      () => console.ok('DELETE', '/admins/fred'),
    ]) {
      const fred = await signedIn('fred');
      const listeners = await listen(fred, 6);
      await end();
      assert.deepEqual(await Promise.all(Array.from({ length: 6 }, () => fred.fails('GET', '/session', undefined, { connection: 'close' }))), Array.from({ length: 6 }, () => '401 UNAUTHENTICATED'));
      await until(() => listeners.map(({ ended }) => ended), all => all.every(ended => ended));
    }
    assert.equal(bystander.ended, false);
    bystander.close();
  });

  it('is open so many times for a session on a worker, and then for others still', async () => {
    const greedy = await signedIn('anna');
    const answers = await Promise.all(Array.from({ length: 60 }, () => EventListener.status(greedy)));
    const other = await EventListener.open(console);
    other.close();
    for (const { close } of answers) close();
    const open = answers.filter(({ status }) => status === 200).length;
    assert.ok(open >= 20 && open <= 40, String(open));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 429]);
    // What was closed is free again.
    await until(() => EventListener.status(greedy), ({ status, close }) => {
      close();
      return status === 200;
    });
  });

  it('does not hold up the end of the server', async () => {
    const listener = await EventListener.open(console);
    server.process.kill('SIGTERM');
    await until(() => server.processes(), running => running.length === 0, 10);
    assert.equal(listener.ended, true);
    assert.equal(server.errors(), '');
  });
});
