import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { sleep } from '../../app/lib/async/sleep';
import { HOUR, hourOf } from '../../app/lib/console/counters';
import { DEAD } from '../../app/lib/conversation/keeper';
import { MINI } from '../support/environment';
import { storedText } from '../support/keeping';
import { inParallel, Pusher } from '../support/load';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const REBUILD = resolve(__dirname, '../../app/command/rebuild.js');
const PEOPLE = 60;
const AT_ONCE = 30;
const KILLS = 20;
const WHOLE = 3;
const STOP_MS = 60_000;
/** What is moved into the past is over, and every process has written what it counted then. */
const AGO = 3 * HOUR;

type Keeper = { _id: string; since: Date; beat: Date; caughtUp: boolean };
type Counter = { _id: string; n: number };

describe('what the console lists, kept by processes that are killed between an answer and their next group', () => {
  let server: Server;
  /** All starts on the same files: the last of them runs. */
  const starts: Server[] = [];
  let pusher: Pusher;
  let pushed = 0;
  let kills = 0;

  const begin = async (variables?: Record<string, string>) => {
    server = variables ? await Server.start(variables) : await Server.startEcho({}, 'about {{content}}');
    starts.push(server);
    pusher?.close();
    pusher = new Pusher(server.url, AT_ONCE);
  };
  before(async function() {
    this.timeout(90_000);
    await begin();
  });
  after(async function() {
    this.timeout(60_000);
    pusher?.close();
    for (const one of starts.reverse()) await one.stop();
  });

  /** People write at once; when half of them are answered, something happens. The answer to a push that broke off is asked for again. */
  const underLoad = async (happens: () => void | Promise<void>) => {
    const first = pushed;
    pushed += 2 * AT_ONCE;
    let answered = 0;
    const happened: Array<void | Promise<void>> = [];
    await inParallel(2 * AT_ONCE, AT_ONCE, async index => {
      const number = first + index;
      const { query, body } = securePush(MINI, textXml(`o-${number % PEOPLE}`, `text ${number}`, 6_000_000 + number));
      await pusher.pushUntilAnswered('/message/check', query, body, 100, 1_000);
      if (++answered === AT_ONCE) happened.push(happens());
    });
    await Promise.all(happened);
  };
  const bothAtWork = () => until(() => server.workers().length, count => count === 2, 30);
  const killWorker = () => {
    const workers = server.workers();
    process.kill(workers[kills++ % workers.length], 'SIGKILL');
  };
  const killServer = async () => {
    const { process: { pid }, variables } = server;
    process.kill(-(pid as number), 'SIGKILL');
    kills++;
    await until(() => server.processes().length, count => count === 0);
    await begin(variables);
  };
  const collections = async () => {
    const db = await server.database();
    return { keepers: db.collection<Keeper>('keepers'), counters: db.collection<Counter>('counters'), messages: db.collection('messages'), conversations: db.collection('conversations') };
  };
  const rebuild = async (what: string) => (await promisify(execFile)(process.execPath, [REBUILD, what], { env: { PATH: process.env.PATH, ...server.variables } })).stdout.trim();
  /** Nobody is taken for dead any more: the dead are caught up with, and the living have told of themselves. */
  const caughtUp = async () => {
    const { keepers } = await collections();
    const state = async () => (await keepers.find({ caughtUp: false }).toArray()).map(({ beat }) => Date.now() - beat.getTime());
    await until(state, ages => ages.length === 2 && ages.every(age => age < DEAD), DEAD / 1000 + 60);
    // The living write what they have noted.
    await sleep(1_500);
  };
  const agree = async () => {
    await caughtUp();
    const { conversations, messages } = await collections();
    assert.equal(await messages.countDocuments({}), pushed);
    const unread = (await conversations.find({}).toArray()).reduce((sum, one) => sum + one.unread, 0);
    assert.equal(unread, pushed);
    assert.match(await rebuild('conversations'), new RegExp(`conversations: ${PEOPLE} are up to date; 0 were not\\.$`));
  };

  it(`says what follows from the messages after ${KILLS} kills of a worker`, async () => {
    for (let i = 0; i < KILLS; i++) {
      await bothAtWork();
      await underLoad(killWorker);
    }
    await agree();
  }).timeout(400_000);

  it(`does so after ${WHOLE} kills of the whole server`, async () => {
    for (let i = 0; i < WHOLE; i++) await underLoad(killServer);
    await agree();
  }).timeout(400_000);

  it(`does so when a worker stood still for ${STOP_MS / 1000} s and is killed as it goes on`, async () => {
    const [stopped] = server.workers();
    await underLoad(async () => {
      process.kill(stopped, 'SIGSTOP');
      await sleep(STOP_MS);
      process.kill(stopped, 'SIGCONT');
      await sleep(300);
      process.kill(stopped, 'SIGKILL');
      kills++;
    });
    await agree();
  }).timeout(400_000);

  it('counts the pushes of an hour anew when it is over', async () => {
    const { keepers, counters, messages } = await collections();
    const counted = async () => (await counters.find({ _id: { $regex: ':pushes:' } }).toArray()).reduce((sum, { n }) => sum + n, 0);
    const before = await counted();
    // Three hours pass.
    await messages.updateMany({}, [{ $set: { receivedAt: { $subtract: ['$receivedAt', AGO] } } }]);
    await messages.insertOne(storedText('o-first', 'the first hour may be incomplete', new Date(Date.now() - 2 * AGO)) as never);
    for (const { _id, n } of await counters.find({ _id: { $regex: ':pushes:' } }).toArray()) {
      await counters.deleteOne({ _id });
      await counters.insertOne({ _id: `${hourOf(Date.parse(`${_id.slice(0, 13)}:00:00Z`) - AGO)}${_id.slice(13)}`, n });
    }
    await keepers.updateMany({ caughtUp: true }, [{ $set: { since: { $subtract: ['$since', AGO] }, beat: { $subtract: ['$beat', AGO] } } }]);
    await until(() => keepers.countDocuments({ caughtUp: true }), count => count === 0, 60);
    assert.equal(await counted(), pushed);
    assert.match(await rebuild('counters'), /counters: up to date but for the hour that runs; 0 were not\.$/);
    // Egg's master complains of each worker that was killed, and nobody else of anything.
    assert.deepEqual([...new Set(server.errors().match(/(?<= ERROR \d+ )\S+/g))], ['AppWorkerDiedError:']);
    console.log(`      ${kills} kills, ${pushed} pushes; ${pushed - before} were counted after the hour`);
  }).timeout(120_000);
});
