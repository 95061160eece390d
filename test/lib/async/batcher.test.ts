import assert from 'node:assert/strict';
import { Batcher } from '../../../app/lib/async/batcher';

describe('lib/async/batcher', () => {
  /** Groups that end when they are told to. */
  function groups(options: { parallel: number; light?: number }) {
    const begun: string[][] = [];
    const end: Array<() => void> = [];
    const batcher = new Batcher<string, string>(async items => {
      begun.push(items);
      await new Promise<void>(resolve => { end.push(resolve); });
      return items.map(value => ({ value }));
    }, { size: 10, ...options });
    const turn = () => new Promise(resolve => { setImmediate(resolve); });
    return { begun, end, async do(...items: string[]) {
      const done = Promise.all(items.map(item => batcher.do(item)));
      await turn();
      return { done };
    } };
  }

  it('makes the next group of what comes while one is under way', async () => {
    const { begun, end, do: give } = groups({ parallel: 1 });
    const first = await give('a');
    const others = [await give('b'), await give('c', 'd')];
    assert.deepEqual(begun, [['a']]);
    end[0]();
    assert.deepEqual(await first.done, ['a']);
    assert.deepEqual(begun, [['a'], ['b', 'c', 'd']]);
    end[1]();
    assert.deepEqual(await Promise.all(others.map(({ done }) => done)), [['b'], ['c', 'd']]);
  });

  it('begins groups side by side while few items are under way', async () => {
    const { begun, end, do: give } = groups({ parallel: 1, light: 3 });
    const given = [await give('a'), await give('b', 'c'), await give('d'), await give('e')];
    assert.deepEqual(begun, [['a'], ['b', 'c']]);
    end[1]();
    assert.deepEqual(await given[1].done, ['b', 'c']);
    assert.deepEqual(begun, [['a'], ['b', 'c'], ['d', 'e']]);
    for (const finish of end) finish();
    assert.deepEqual((await Promise.all(given.map(({ done }) => done))).flat(), ['a', 'b', 'c', 'd', 'e']);
  });
});
