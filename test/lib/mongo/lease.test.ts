import assert from 'node:assert/strict';
import { LeaseLostError, withLease, type Lease, type LeaseStore } from '../../../app/lib/mongo/lease';
import { sleep } from '../../../app/lib/async/sleep';
import { useApp } from '../../support/app';
import { until } from '../../support/until';

describe('withLease', () => {
  const hub = useApp();
  const store = () => hub().app.leases;
  const held = () => hub().app.model.Lease.findById('work').lean();
  /** Runs until the lease is lost. */
  const untilLost = (lease: Lease) => until(() => {
    try {
      lease.check();
      return undefined;
    } catch (error) {
      return error;
    }
  }, error => error !== undefined);

  it('lets one at a time, and the next when it is done or has failed', async () => {
    await withLease(store(), 'work', 3_000, async () => {
      assert.equal(await withLease(store(), 'work', 3_000, async () => 'second'), undefined);
    });
    await assert.rejects(withLease(store(), 'work', 3_000, async () => { throw new Error('failed'); }), /failed/);
    assert.equal(await withLease(store(), 'work', 3_000, async () => 'third'), 'third');
    assert.equal(await held(), null);
  });

  it('is renewed while the work goes on', async () => {
    await withLease(store(), 'work', 300, async lease => {
      await sleep(900);
      lease.check();
      assert.equal(await withLease(store(), 'work', 300, async () => 'second'), undefined);
    });
  });

  it('is lost when it cannot be renewed in time', async () => {
    const away: LeaseStore = {
      updateOne: (filter, update, options) => (options ? store().updateOne(filter, update, options) : Promise.reject(new Error('away'))),
      deleteOne: filter => store().deleteOne(filter),
    };
    await assert.rejects(withLease(away, 'work', 300, async lease => { throw await untilLost(lease); }), LeaseLostError);
  });

  it('is lost when another process has it, which keeps it', async () => {
    await withLease(store(), 'work', 300, async lease => {
      await hub().app.model.Lease.updateOne({ _id: 'work' }, { $set: { holder: 'another' } });
      assert.ok(await untilLost(lease) instanceof LeaseLostError);
    });
    assert.equal((await held())?.holder, 'another');
  });

  it('is given back later when the database is away at the end of the work', async () => {
    let away = true;
    const flaky: LeaseStore = {
      updateOne: (filter, update, options) => store().updateOne(filter, update, options),
      deleteOne: filter => (away ? Promise.reject(new Error('away')) : store().deleteOne(filter)),
    };
    assert.equal(await withLease(flaky, 'work', 60_000, async () => 'done'), 'done');
    assert.notEqual(await held(), null);
    away = false;
    await until(held, lease => lease === null);
  });
});
