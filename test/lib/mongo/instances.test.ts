import assert from 'node:assert/strict';
import type { mongo } from 'mongoose';
import { Instances, type InstanceDocument, type InstanceStore } from '../../../app/lib/mongo/instances';
import { sleep } from '../../../app/lib/async/sleep';
import { useApp } from '../../support/app';
import { until } from '../../support/until';

describe('Instances', () => {
  const hub = useApp();
  /** The application that the tests share is an instance too. */
  const collection = () => hub().app.mongoose.connection.collection<InstanceDocument>('instancesOfTest') as unknown as InstanceStore & mongo.Collection<InstanceDocument>;
  beforeEach(() => collection().deleteMany({}));
  const made: Instances[] = [];
  afterEach(async () => {
    for (const instance of made.splice(0)) await instance.stop();
  });
  /** The time of each one's oldest push under way, in milliseconds; undefined: the spool holds something. */
  const oldest: Record<string, number | undefined> = {};
  const instance = (id: string, store = collection): Instances => {
    oldest[id] = Infinity;
    const one = new Instances({ store, id, oldest: () => oldest[id] });
    made.push(one);
    return one;
  };
  const mine = { a: () => made[0].horizon(), b: () => made[1].horizon() };
  const both = async () => {
    instance('a');
    instance('b');
    await mine.b();
    await until(mine.a, horizon => horizon !== Infinity);
  };
  const order = (at = Date.now()) => at * 1000;

  it('let a single one go on at once', async () => {
    assert.equal(await instance('a').horizon(), Infinity);
  });

  it('wait until the other has brought everything that it received before into the database', async () => {
    await both();
    await until(async () => await mine.a() > order(Date.now() - 2_000), close => close);
    const received = Date.now();
    oldest.b = received;
    await sleep(1_000);
    assert.ok(await mine.a() <= order(received + 1), 'what is under way there holds up what came later');
    oldest.b = undefined;
    await sleep(1_000);
    assert.ok(await mine.a() <= order(received + 1), 'and so does what is in its spool');
    oldest.b = Infinity;
    await until(mine.a, horizon => horizon > order(received));
  });

  it('do not wait for one that has left, or has something in its spool and gives no sign of life for 10 s', async () => {
    await both();
    await made[1].stop();
    await until(mine.a, horizon => horizon === Infinity);
    made.pop();
    instance('b');
    await mine.b();
    await until(mine.a, horizon => horizon !== Infinity);
    oldest.b = undefined;
    await made[1].stop();
    const stoppedAt = Date.now();
    await sleep(2_000);
    assert.ok(await mine.a() < order(stoppedAt));
    await until(mine.a, horizon => horizon === Infinity, 20);
    assert.equal(await collection().countDocuments({ _id: 'b' }), 0);
  }).timeout(40_000);

  it('wait for the others anew after the database has been away', async () => {
    await both();
    oldest.b = undefined;
    await made[1].stop();
    // As if no instance could have given a sign of life for a minute: b's is as old.
    await collection().updateMany({}, { $set: { at: new Date(Date.now() - 60_000) } });
    made.shift();
    const later = instance('a');
    assert.ok(await later.horizon() < order());
  });

  it('throw as long as nothing is known', async () => {
    const away = () => ({ ...collection(), findOneAndUpdate: () => Promise.reject(new Error('away')) });
    await assert.rejects(instance('a', away as never).horizon(), /away/);
  });
});
