import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Arrivals, type Arrival } from '../../../app/lib/spool/arrivals';
import { nextOrder } from '../../../app/lib/async/order';
import { HUNG } from '../../../app/lib/process/name';
import { Scratch } from '../../support/environment';
import { until } from '../../support/until';

describe('Arrivals', () => {
  let scratch: Scratch;
  let dir: string;
  let arrivals: Arrivals;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    scratch = new Scratch();
    dir = scratch.path('arrivals');
    arrivals = new Arrivals(dir, error => { throw error; });
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    scratch.remove();
  });

  /** Another worker, which receives pushes on command and reports their orders. */
  async function worker() {
    const script = `const { Arrivals } = require(${JSON.stringify(resolve(__dirname, '../../../app/lib/spool/arrivals'))});
      const arrivals = new Arrivals(${JSON.stringify(dir)}, error => { throw error; });
      const entered = [];
      const acts = {
        enter: () => entered[entered.push(arrivals.enter('o2')) - 1].order,
        leave: () => arrivals.leave(entered.shift()),
        renew: () => arrivals.renew(entered[0]),
      };
      process.on('message', act => process.send({ order: acts[act]() }));
      process.send({});`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    children.push(child);
    await once(child, 'message');
    return {
      child,
      async tell(act: 'enter' | 'leave' | 'renew'): Promise<number> {
        child.send(act);
        const [{ order }] = await once(child, 'message') as [{ order: number }];
        return order;
      },
    };
  }

  it('lets nobody wait while nothing is under way', () => {
    const before = nextOrder();
    assert.ok(arrivals.horizon().order > before);
    arrivals.leave(arrivals.enter('o1'));
    assert.ok(arrivals.horizon().order > before);
    assert.equal(arrivals.horizon().own.size, 0);
  });

  it('hold up the people whose pushes this process is receiving, and nobody else', () => {
    const first = arrivals.enter('o1');
    const second = arrivals.enter('o1');
    const { order, own } = arrivals.horizon();
    assert.ok(order > second.order);
    assert.deepEqual([...own], [['o1', first.order]]);
    arrivals.leave(first);
    assert.deepEqual([...arrivals.horizon().own], [['o1', second.order]]);
    arrivals.leave(second);
    assert.equal(arrivals.horizon().own.size, 0);
  });

  it('end one person\'s pushes in the order in which they came, different people\'s independently', async () => {
    const ended: string[] = [];
    const [first, second, third, other] = ['o1', 'o1', 'o1', 'o2'].map(openid => arrivals.enter(openid));
    const end = async (name: string, arrival: Arrival) => {
      arrivals.leave(arrival);
      if (arrival.before) await arrival.before;
      ended.push(name);
    };
    const ends = [end('third', third), end('other', other), end('second', second)];
    await new Promise(done => setImmediate(done));
    assert.deepEqual(ended, ['other']);
    // A push that comes now waits for all of them.
    const fourth = arrivals.enter('o1');
    await Promise.all([end('first', first), ...ends, end('fourth', fourth)]);
    assert.deepEqual(ended, ['other', 'first', 'second', 'third', 'fourth']);
    assert.equal(arrivals.enter('o1').before, undefined, 'nobody is left to be waited for');
  });

  it('hold up everything later than another process\'s pushes under way, until they have left or it has died', async () => {
    const other = await worker();
    const first = await other.tell('enter');
    const second = await other.tell('enter');
    assert.ok(second > first);
    const held = arrivals.horizon().order;
    assert.ok(held <= first && nextOrder() > held);
    await other.tell('leave');
    await until(() => arrivals.horizon().order, order => order > first && order <= second);
    await other.tell('leave');
    assert.ok(arrivals.horizon().order > second);
    const third = await other.tell('enter');
    assert.ok(arrivals.horizon().order <= third);
    other.child.kill('SIGKILL');
    await once(other.child, 'close');
    await until(() => arrivals.horizon().order, order => order > third);
    assert.deepEqual(readdirSync(dir), [], 'what it has told is removed');
  });

  it('continue without a process that was stopped, whose pushes get new places when it continues', async () => {
    const other = await worker();
    const order = await other.tell('enter');
    assert.equal(await other.tell('renew'), order, 'while it runs they keep theirs');
    other.child.kill('SIGSTOP');
    await until(() => arrivals.horizon().order, horizon => horizon > order, HUNG / 1000 + 5);
    const passed = Date.now() * 1000;
    other.child.kill('SIGCONT');
    assert.ok(await other.tell('renew') > passed);
    // And its record counts again.
    await until(() => arrivals.horizon().order < (Date.now() - 1_000) * 1000, behind => behind);
  }).timeout(40_000);

  it('report a directory that cannot be made, and let pushes in', () => {
    const errors: Error[] = [];
    const alone = new Arrivals('/dev/null/arrivals', error => errors.push(error));
    alone.leave(alone.enter('o1'));
    assert.equal(errors.length, 1);
    assert.ok(alone.horizon().order > 0);
  });
});
