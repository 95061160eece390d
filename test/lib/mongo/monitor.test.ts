import assert from 'node:assert/strict';
import { DatabaseMonitor } from '../../../app/lib/mongo/monitor';
import { until } from '../../support/until';

describe('whether the database is away', () => {
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

  it('is told by whoever waited in vain, and looked at until it is back', async () => {
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

  it('is not when it answers, though it cannot do what it was asked for', async () => {
    const { watched, heard } = monitor();
    await Promise.all([watched.failed(unavailable('disk full')), watched.failed(unavailable('disk full'))]);
    assert.equal(watched.up, true);
    assert.deepEqual(heard, ['refused: disk full']);
  });

  it('keeps what can wait from being begun, and from being an error', async () => {
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
