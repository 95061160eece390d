import assert from 'node:assert/strict';
import { LeavingDatabase } from '../../app/boot/leavingDatabase';
import { until } from '../support/until';

describe('the embedded database, taken away', () => {
  let open: number;
  let refuse: number;
  let warnings: string[];
  const database = () => new LeavingDatabase(async () => {
    if (refuse-- > 0) throw new Error('the port is taken');
    open += 1;
    return { async close() { open -= 1; } };
  }, line => warnings.push(line));
  beforeEach(() => { [open, refuse, warnings] = [0, 0, []]; });

  it('goes once, and comes back by itself', async () => {
    const held = database();
    await held.start();
    assert.equal(await held.leave(50), true);
    assert.equal(open, 0);
    assert.ok(held.awayUntil > 0);
    assert.equal(await held.leave(50), false);
    await until(() => open, running => running === 1);
    assert.equal(held.awayUntil, 0);
    await held.close();
    assert.equal(open, 0);
  });

  it('reports that it cannot be reopened, and tries again', async () => {
    const held = database();
    await held.start();
    refuse = 1;
    await held.leave(10);
    await until(() => open, running => running === 1);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /the port is taken/);
    await held.close();
  });

  it('stays closed when it is closed while it is away', async () => {
    const held = database();
    await held.start();
    await held.leave(20);
    await held.close();
    await new Promise(resolve => setTimeout(resolve, 60));
    assert.equal(open, 0);
  });
});
