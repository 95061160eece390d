import assert from 'node:assert/strict';
import { DatabaseMonitor } from '../../../app/lib/mongo/monitor';
import { until } from '../../support/until';

describe('the monitor of the database', () => {
  /** Away while `error` is set. */
  function monitor() {
    const heard: string[] = [];
    const database: { error?: Error } = {};
    const watched = new DatabaseMonitor({
      ping: async () => {
        if (database.error) throw database.error;
      },
      onAway: error => heard.push(`away: ${(error as Error).message}`),
      onBack: () => heard.push('back'),
      onRefused: error => heard.push(`refused: ${(error as Error).message}`),
    });
    return { database, heard, watched };
  }
  const unavailable = (message: string) => Object.assign(new Error(message), { name: 'MongoNetworkError' });

  it('learns of an outage from a caller, and asks until the database is back', async () => {
    const { watched, heard, database } = monitor();
    database.error = unavailable('cut');
    assert.equal(watched.up, true);
    watched.suspect();
    assert.equal(watched.up, false);
    await until(() => heard, all => all.length > 0);
    database.error = undefined;
    await until(() => watched.up, up => up);
    watched.suspect(unavailable('again'));
    await until(() => watched.up, up => up);
    assert.deepEqual(heard, ['away: cut', 'back', 'back'], 'a moment is not told of');
  });

  it('reports none when the database answers, but cannot do an operation', async () => {
    const { watched, heard } = monitor();
    await Promise.all([watched.failed(unavailable('disk full')), watched.failed(unavailable('disk full'))]);
    assert.equal(watched.up, true);
    assert.deepEqual(heard, ['refused: disk full']);
  });

  it('keeps postponable work from being begun, and from being an error', async () => {
    const { watched, database } = monitor();
    let begun = 0;
    await watched.whenUp(async () => { begun++; });
    await assert.rejects(watched.whenUp(async () => { throw new Error('a fault of ours'); }), /fault of ours/);
    database.error = unavailable('cut');
    await watched.whenUp(async () => { throw unavailable('cut'); });
    assert.equal(watched.up, false);
    await watched.whenUp(async () => { begun++; });
    assert.equal(begun, 1);
    watched.stop();
  });
});
