import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { RuleCache } from '../../../app/lib/reply/ruleCache';
import { rule } from './support';

const { serialize, deserialize } = mongoose.mongo.BSON;

describe('lib/reply/ruleCache', () => {
  let stored: object[];
  let invalid: string[];
  let loads: number;
  let decoded: number;
  beforeEach(() => {
    stored = [rule('r1', { text: 'one', match: 'equals' })];
    invalid = [];
    loads = decoded = 0;
  });

  function cache(): RuleCache {
    return new RuleCache({
      load: async () => {
        loads++;
        return stored.map(document => serialize(document));
      },
      decode: bytes => {
        decoded++;
        return deserialize(bytes);
      },
      fixed: [rule('fixed')],
      onInvalid: id => invalid.push(id),
    });
  }
  const ids = ({ rules }: RuleCache) => [...rules.buckets.values()].flat().map(item => item.rule._id).sort();

  it('decodes and compiles changed rules only', async () => {
    const rules = cache();
    assert.equal(rules.loaded, false);
    await rules.refresh();
    assert.equal(rules.loaded, true);
    const { rules: compiled } = rules;
    await rules.refresh();
    assert.deepEqual([rules.rules === compiled, loads, decoded], [true, 2, 1]);
    // Of the same length as before: only reading all of it shows the change.
    stored = [rule('r1', { text: 'two', match: 'equals' })];
    await rules.refresh();
    assert.deepEqual([rules.rules === compiled, loads, decoded], [false, 3, 2]);
  });

  it('notices each kind of edit: order, another place, one more, none left', async () => {
    const rules = cache();
    const prints = new Set<string>();
    for (const documents of [
      [], [rule('a'), rule('b')], [rule('b'), rule('a')], [rule('a', {}, { order: 1 }), rule('b')], [rule('a'), rule('b', {}, { enabled: false })], [rule('a')],
    ]) {
      stored = documents;
      await rules.refresh();
      prints.add(rules.fingerprint);
    }
    assert.equal(prints.size, 6);
    assert.ok(!prints.has(''));
  });

  it('reads when another worker has seen other rules, and only then', async () => {
    const [one, other] = [cache(), cache()];
    await Promise.all([one.refresh(), other.refresh()]);
    loads = 0;
    for (let second = 0; second < 10; second++) await other.heardOf(one.fingerprint);
    assert.equal(loads, 0);
    stored.push(rule('r2', { text: 'two', match: 'equals' }));
    await one.refresh();
    for (let second = 0; second < 10; second++) await other.heardOf(one.fingerprint);
    assert.equal(loads, 2);
    assert.equal(other.fingerprint, one.fingerprint);
    assert.deepEqual(ids(other), ids(one));
  });

  it('keeps the last known rules when they cannot be read', async () => {
    let away = false;
    const rules = new RuleCache({
      load: async () => {
        if (away) throw new Error('away');
        return stored.map(document => serialize(document));
      },
      decode: bytes => deserialize(bytes),
      fixed: [],
      onInvalid: id => invalid.push(id),
    });
    await rules.refresh();
    const { rules: compiled, fingerprint } = rules;
    away = true;
    await assert.rejects(rules.refresh(), /away/);
    await rules.heardOf('something else');
    assert.deepEqual([rules.rules === compiled, rules.fingerprint], [true, fingerprint]);
  });

  it('leaves out invalid rules, and reports each once', async () => {
    stored.push({ _id: 'bad', order: 'first' });
    const rules = cache();
    for (let i = 0; i < 3; i++) await rules.refresh();
    assert.deepEqual(invalid, ['bad']);
  });
});
