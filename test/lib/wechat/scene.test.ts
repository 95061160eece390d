import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromStored, randomScene, toStored } from '../../../app/lib/wechat/scene';

describe('lib/wechat/scene', () => {
  it('makes scenes of twelve letters and digits, none twice', () => {
    const scenes = Array.from({ length: 2_000 }, randomScene);
    for (const scene of scenes) assert.match(scene, /^[A-Za-z0-9]{12}$/);
    assert.equal(new Set(scenes).size, scenes.length);
  });

  it('returns any JSON unchanged', () => {
    fc.assert(fc.property(fc.jsonValue(), value => {
      const given = JSON.parse(JSON.stringify(value)) as unknown;
      assert.deepEqual(fromStored(toStored(given)), given);
    }));
  });

  it('stores an object as one, except with keys that not every MongoDB takes', () => {
    assert.deepEqual(toStored({ a: [{ b: 1 }] }), { payload: { a: [{ b: 1 }] } });
    for (const key of ['$set', 'a.b', 'a\0b', '']) assert.deepEqual(toStored({ a: [{ [key]: 1 }] }), { payloadJson: JSON.stringify({ a: [{ [key]: 1 }] }) });
    assert.deepEqual([toStored(undefined), fromStored({}), fromStored(toStored(null))], [{}, null, null]);
  });
});
