import assert from 'node:assert/strict';
import { DatabaseClock, inWords, type ClockState } from '../../../app/lib/mongo/clock';
import { sleep } from '../../../app/lib/async/sleep';
import { until } from '../../support/until';

/** A clock that nobody sets here. */
const theirs = Date.now;

describe('the clock of the database', () => {
  /** A database whose clock is ahead by so much, and whose question and answer take so long. */
  function clock(ahead: number, { asking = 0, answering = 0 } = {}, more: { every?: number; look?: number } = {}) {
    const pause = { asking, answering };
    const told: Array<[ClockState, number]> = [];
    const database = { ahead, away: false, asked: 0 };
    const ask = async () => {
      database.asked++;
      await sleep(pause.asking);
      if (database.away) throw new Error('away');
      const time = new Date(theirs() + database.ahead);
      await sleep(pause.answering);
      return time;
    };
    return { database, told, pause, clock: new DatabaseClock({ ...more, ask, onChange: (state, offset) => told.push([state, Math.round(offset / 1000) || 0]) }) };
  }

  for (const [ahead, state] of [[0, 'ok'], [4_500, 'ok'], [-4_500, 'ok'], [5_500, 'off'], [-5_500, 'off'], [19_500, 'off'], [20_500, 'skewed'], [-20_500, 'skewed'], [1e12, 'skewed']] as const) {
    it(`is ${state} when it is ${ahead} ms ahead`, async () => {
      const { clock: compared, told } = clock(ahead);
      assert.deepEqual([compared.state, compared.trusted], [undefined, true]);
      await compared.measure();
      assert.deepEqual([compared.state, compared.trusted], [state, state !== 'skewed']);
      assert.ok(Math.abs((compared.offset ?? NaN) - ahead) < 100);
      assert.deepEqual(told, state === 'ok' ? [] : [[state, Math.round((compared.offset ?? NaN) / 1000)]]);
    });
  }

  it('is reported once, and again when the state has changed', async () => {
    const { clock: compared, database, told } = clock(7_000);
    for (const ahead of [7_000, 8_000, -30_000, -31_000, 0, 100]) {
      database.ahead = ahead;
      await compared.measure();
    }
    assert.deepEqual(told, [['off', 7], ['skewed', -30], ['ok', 0]]);
  });

  it('is not blamed for the time of the answer', async () => {
    const { clock: compared } = clock(5_200, { answering: 300 });
    await compared.measure();
    assert.equal(compared.state, 'ok');
  });

  it('is asked again after an answer that took too long', async () => {
    const { clock: compared, database, pause } = clock(7_000, { asking: 1_100 });
    const measured = compared.measure();
    pause.asking = 0;
    await measured;
    assert.deepEqual([compared.state, database.asked], ['off', 2]);
    assert.ok(Math.abs((compared.offset ?? NaN) - 7_000) < 100);
  });

  it('is asked once for concurrent callers', async () => {
    const { clock: compared, database } = clock(0, { answering: 20 });
    await Promise.all([compared.measure(), compared.measure(), compared.measure()]);
    assert.equal(database.asked, 1);
  });

  it('keeps its state while the database is away', async () => {
    const { clock: compared, database } = clock(25_000);
    database.away = true;
    await compared.measure();
    assert.deepEqual([compared.state, compared.trusted], [undefined, true]);
    database.away = false;
    await compared.measure();
    database.away = true;
    await compared.measure();
    assert.deepEqual([compared.state, compared.trusted], ['skewed', false]);
  });

  it('is asked from time to time, until it is stopped', async () => {
    const { clock: compared, database } = clock(0, {}, { every: 20, look: 5 });
    await compared.measure();
    compared.start();
    await until(() => database.asked, asked => asked > 3);
    compared.stop();
    const { asked } = database;
    await sleep(60);
    assert.equal(database.asked, asked);
  });

  it('is asked when the clock of this machine is set', async () => {
    const { clock: compared, told } = clock(0, {}, { look: 5 });
    await compared.measure();
    compared.start();
    try {
      Date.now = () => theirs() - 40_000;
      await until(() => compared.trusted, trusted => !trusted);
    } finally {
      Date.now = theirs;
    }
    await until(() => compared.trusted, trusted => trusted);
    compared.stop();
    assert.deepEqual(told, [['skewed', 40], ['ok', 0]]);
  });

  it('is described in words', () => {
    assert.equal(inWords(7_230), '7.2 s behind the database\'s');
    assert.equal(inWords(-20_000), '20.0 s ahead of the database\'s');
  });
});
