import assert from 'node:assert/strict';
import { code, Long, TestServer } from './support';
import type { Collection } from './support';

describe('embedded: more stages', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const all = async (collection: Collection) => await collection.find().sort({ _id: 1 }).toArray();
  const run = async (pipeline: object[], documents: object[]) => await (await server.filled(documents)).aggregate(pipeline).toArray();
  const scores = [{ _id: 1, g: 'a', n: 3 }, { _id: 2, g: 'a', n: 1 }, { _id: 3, g: 'b', n: null }, { _id: 4, g: 'a', n: 2 }, { _id: 5, g: 'b', n: 9 }];

  it('$firstN, $lastN, $minN, $maxN, $top, $topN, $bottom, $bottomN', async () => {
    assert.deepEqual(await run([{ $sort: { _id: 1 } }, { $group: {
      _id: '$g', firstN: { $firstN: { input: '$n', n: 2 } }, lastN: { $lastN: { input: '$n', n: 2 } }, minN: { $minN: { input: '$n', n: 2 } }, maxN: { $maxN: { input: '$n', n: 2 } },
      top: { $top: { sortBy: { n: -1 }, output: '$_id' } }, bottom: { $bottom: { sortBy: { n: -1 }, output: '$_id' } },
      topN: { $topN: { n: 2, sortBy: { n: -1 }, output: ['$_id', '$n'] } }, bottomN: { $bottomN: { n: { $cond: [{ $eq: ['$x', 1] }, 9, 2] }, sortBy: { n: -1 }, output: '$_id' } },
    } }, { $sort: { _id: 1 } }], scores), [
      { _id: 'a', firstN: [3, 1], lastN: [1, 2], minN: [1, 2], maxN: [3, 2], top: 1, bottom: 2, topN: [[1, 3], [4, 2]], bottomN: [4, 2] },
      { _id: 'b', firstN: [null, 9], lastN: [null, 9], minN: [9], maxN: [9], top: 5, bottom: 3, topN: [[5, 9], [3, null]], bottomN: [5, 3] },
    ]);
    await assert.rejects(run([{ $group: { _id: null, x: { $firstN: { input: '$n', n: 0 } } } }], scores), code(5787908));
    await assert.rejects(run([{ $group: { _id: null, x: { $firstN: { input: '$n' } } } }], scores), code(5787906));
    assert.deepEqual(await run([{ $limit: 1 }, { $project: { _id: 0, a: { $firstN: { input: [1, 2, 3], n: 2 } }, b: { $lastN: { input: [1, 2, 3], n: 2 } }, c: { $maxN: { input: [1, null, 3], n: 2 } }, d: { $minN: { input: [5, 4, 3], n: 1 } } } }], scores), [{ a: [1, 2], b: [2, 3], c: [3, 1], d: [3] }]);
  });

  it('$median and $percentile are existing values, in the order of numbers', async () => {
    const documents = [10, 9, 100, 1, 'x', null].map((n, _id) => ({ _id, n }));
    assert.deepEqual(await run([{ $group: { _id: null, m: { $median: { input: '$n', method: 'approximate' } }, p: { $percentile: { input: '$n', p: [0, 0.5, 0.75, 1], method: 'approximate' } } } }], documents), [{ _id: null, m: 9, p: [1, 9, 10, 100] }]);
    assert.deepEqual(await run([{ $limit: 1 }, { $project: { _id: 0, m: { $median: { input: [3, 1, 2], method: 'approximate' } }, none: { $median: { input: [], method: 'approximate' } } } }], documents), [{ m: 2, none: null }]);
    await assert.rejects(run([{ $group: { _id: null, m: { $median: { input: '$n', method: 'exact' } } } }], documents), code(2));
  });

  it('$bucketAuto', async () => {
    const documents = [1, 2, 2, 2, 5, 6, 7, null].map((n, _id) => ({ _id, n }));
    assert.deepEqual(await run([{ $bucketAuto: { groupBy: '$n', buckets: 3 } }], documents), [
      { _id: { min: null, max: 5 }, count: 5 }, { _id: { min: 5, max: 7 }, count: 3 },
    ]);
    assert.deepEqual(await run([{ $bucketAuto: { groupBy: '$n', buckets: 2, output: { ids: { $push: '$_id' } } } }], documents.slice(0, 7)), [{ _id: { min: 1, max: 5 }, ids: [0, 1, 2, 3] }, { _id: { min: 5, max: 7 }, ids: [4, 5, 6] }]);
    await assert.rejects(run([{ $bucketAuto: { groupBy: '$n', buckets: 0 } }], documents), code(40243));
  });

  it('$graphLookup', async () => {
    const people = await server.filled([{ _id: 'a', boss: 'b' }, { _id: 'b', boss: 'c' }, { _id: 'c', boss: 'a' }, { _id: 'd', boss: ['a', 'x'] }]);
    const look = async (more: object) => (await people.aggregate([{ $match: { _id: 'd' as never } }, { $graphLookup: { from: people.collectionName, startWith: '$boss', connectFromField: 'boss', connectToField: '_id', as: 'up', depthField: 'd', ...more } }]).toArray())[0].up as { _id: string; d: number }[];
    assert.deepEqual((await look({})).map(({ _id, d }) => [_id, d]), [['a', 0], ['b', 1], ['c', 2]]);
    assert.deepEqual((await look({ maxDepth: 0 })).map(({ _id }) => _id), ['a']);
    assert.deepEqual((await look({ restrictSearchWithMatch: { _id: { $ne: 'b' } } })).map(({ _id }) => _id), ['a']);
    await assert.rejects(look({ maxDepth: -1 }), code(40101));
  });

  it('$setWindowFields', async () => {
    const out = await run([{ $setWindowFields: { partitionBy: '$g', sortBy: { n: 1 }, output: {
      total: { $sum: '$n', window: { documents: ['unbounded', 'current'] } }, near: { $push: '$n', window: { documents: [-1, 1] } }, before: { $push: '$_id', window: { documents: [-2, -1] } }, all: { $max: '$n' },
      rank: { $rank: {} }, number: { $documentNumber: {} }, next: { $shift: { output: '$n', by: 1, default: 'end' } }, 'deep.x': { $sum: 1 },
    } } }], scores);
    assert.deepEqual(out, [
      { _id: 2, g: 'a', n: 1, total: 1, near: [1, 2], before: [], all: 3, rank: 1, number: 1, next: 2, deep: { x: 3 } },
      { _id: 4, g: 'a', n: 2, total: 3, near: [1, 2, 3], before: [2], all: 3, rank: 2, number: 2, next: 3, deep: { x: 3 } },
      { _id: 1, g: 'a', n: 3, total: 6, near: [2, 3], before: [2, 4], all: 3, rank: 3, number: 3, next: 'end', deep: { x: 3 } },
      { _id: 3, g: 'b', n: null, total: 0, near: [null, 9], before: [], all: 9, rank: 1, number: 1, next: 9, deep: { x: 2 } },
      { _id: 5, g: 'b', n: 9, total: 9, near: [null, 9], before: [3], all: 9, rank: 2, number: 2, next: 'end', deep: { x: 2 } },
    ]);
    const days = [1, 2, 4, 4, 9].map((day, _id) => ({ _id, at: new Date(Date.UTC(2024, 0, day)), day, v: day === 2 ? null : day }));
    const windows = await run([{ $setWindowFields: { sortBy: { at: 1 }, output: { ids: { $push: '$_id', window: { range: [-2, 'current'], unit: 'day' } }, dense: { $denseRank: {} }, last: { $locf: '$v' }, line: { $linearFill: '$v' }, avg: { $expMovingAvg: { input: '$day', N: 1 } } } } }], days);
    assert.deepEqual(windows.map(({ ids, dense, last, line, avg }) => [ids, dense, last, line, avg]), [[[0], 1, 1, 1, 1], [[0, 1], 2, 1, 2, 2], [[1, 2, 3], 3, 4, 4, 4], [[1, 2, 3], 3, 4, 4, 4], [[4], 4, 9, 9, 9]]);
    assert.deepEqual((await run([{ $setWindowFields: { sortBy: { day: 1 }, output: { n: { $count: {}, window: { range: [-1, 1] } } } } }], days)).map(({ n }) => Number(n)), [2, 2, 2, 2, 1]);
    await assert.rejects(run([{ $setWindowFields: { output: { x: { $foo: 1 } } } }], days), /Unrecognized window function, \$foo/);
    await assert.rejects(run([{ $setWindowFields: { output: { x: { $rank: {} } } } }], days), code(5371602));
    await assert.rejects(run([{ $setWindowFields: { output: { x: { $sum: '$v', window: { documents: [-1, 0] } } } } }], days), code(5339901));
  });

  it('$out replaces a collection and keeps its indexes', async () => {
    const target = await server.filled([{ _id: 'old' }]);
    await target.createIndex({ n: 1 }, { unique: true });
    const out = [{ $project: { n: 1 } }, { $out: target.collectionName }];
    assert.deepEqual(await run([{ $match: { n: { $ne: null } } }, ...out], scores), []);
    assert.deepEqual(await all(target), [{ _id: 1, n: 3 }, { _id: 2, n: 1 }, { _id: 4, n: 2 }, { _id: 5, n: 9 }]);
    assert.deepEqual((await target.indexes()).map(({ name }) => name), ['_id_', 'n_1']);
    await assert.rejects(target.insertOne({ n: 9 }), code(11000));
    await assert.rejects(run(out, [{ n: 5 }, { n: 5 }]), code(11000));
    assert.equal(await target.countDocuments(), 4);
    assert.equal((await server.db().listCollections({ name: /agg_out/ }).toArray()).length, 0);
    assert.deepEqual(await run([{ $match: { _id: 99 } }, ...out], scores), []);
    assert.equal(await target.countDocuments(), 0);
    await assert.rejects(run([{ $out: 'x' }, { $match: {} }], scores), code(40601));
    await assert.rejects(run([{ $facet: { a: [{ $out: 'x' }] } }], scores), code(40600));
    await assert.rejects(run([{ $unionWith: { coll: 'x', pipeline: [{ $merge: 'x' }] } }], scores), code(51047));
  });

  it('$merge', async () => {
    const merged = async (options: object, source: object[], into: object[] = [{ _id: 1, a: 1, b: 1 }]) => {
      const target = await server.filled(into);
      await target.createIndex({ k: 1 }, { unique: true, sparse: true });
      await run([{ $merge: { into: target.collectionName, ...options } }], source);
      return await all(target);
    };
    const source = [{ _id: 1, a: 2 }, { _id: 2, a: 3 }];
    assert.deepEqual(await merged({}, source), [{ _id: 1, a: 2, b: 1 }, { _id: 2, a: 3 }]);
    assert.deepEqual(await merged({ whenMatched: 'replace' }, source), [{ _id: 1, a: 2 }, { _id: 2, a: 3 }]);
    assert.deepEqual(await merged({ whenMatched: 'keepExisting', whenNotMatched: 'discard' }, source), [{ _id: 1, a: 1, b: 1 }]);
    assert.deepEqual(await merged({ whenMatched: [{ $set: { a: { $add: ['$a', '$$new.a'] } } }] }, source), [{ _id: 1, a: 3, b: 1 }, { _id: 2, a: 3 }]);
    assert.deepEqual(await merged({ on: 'k' }, [{ k: 'x', a: 5 }].map(document => ({ ...document, _id: 9 })), [{ _id: 9, k: 'x', a: 1 }]), [{ _id: 9, k: 'x', a: 5 }]);
    await assert.rejects(merged({ on: 'k' }, [{ _id: 8, k: 'x' }], [{ _id: 9, k: 'x' }]), code(66));
    await assert.rejects(merged({ on: 'a' }, source), code(51183));
    await assert.rejects(merged({ on: 'k' }, source), code(51132));
    await assert.rejects(merged({ whenMatched: 'fail' }, source), code(11000));
    await assert.rejects(merged({ whenNotMatched: 'fail' }, source), code(13113));
    await assert.rejects(merged({}, [{ _id: 3, k: 'x' }], [{ _id: 4, k: 'x' }]), code(11000));
    const self = await server.filled([{ _id: 1, n: 1 }, { _id: 2, n: 2 }]);
    await self.aggregate([{ $set: { n: { $multiply: ['$n', 10] } } }, { $merge: self.collectionName }]).toArray();
    assert.deepEqual(await all(self), [{ _id: 1, n: 10 }, { _id: 2, n: 20 }]);
  });

  it('names unknown stages, operators and accumulators', async () => {
    await assert.rejects(run([{ $foo: 1 }], scores), { code: 40324, message: 'Unrecognized pipeline stage name: \'$foo\'' });
    await assert.rejects(run([{ $project: { x: { $foo: 1 } } }], scores), { code: 168, message: 'Invalid $project :: caused by :: Unrecognized expression \'$foo\'' });
    await assert.rejects(run([{ $group: { _id: null, x: { $foo: 1 } } }], scores), { code: 15952, message: 'unknown group operator \'$foo\'' });
    await assert.rejects(run([{ $match: { n: { $foo: 1 } } }], scores), { code: 2, message: 'unknown operator: $foo' });
  });

  it('strings', async () => {
    const [found] = await run([{ $limit: 1 }, { $project: {
      _id: 0, split: { $split: ['a.b.c', '.'] }, trim: { $trim: { input: 'xxaxx', chars: 'x' } }, left: { $ltrim: { input: '\u00a0 a ' } }, all: { $replaceAll: { input: 'a$1a', find: 'a', replacement: { $literal: '$&' } } },
      bytes: { $substrBytes: ['漢字', 3, -1] }, length: { $strLenBytes: '漢字' }, at: { $indexOfBytes: ['漢字', '字'] }, point: { $indexOfCP: ['漢字', '字'] }, order: { $strcasecmp: ['A', 'a'] },
    } }], [{ _id: 1 }]);
    assert.deepEqual(found, { split: ['a', 'b', 'c'], trim: 'a', left: 'a ', all: '$&$1$&', bytes: '字', length: 6, at: 3, point: 1, order: 0 });
    await assert.rejects(run([{ $project: { x: { $split: [5, '.'] } } }], scores), code(40085));
  });

  it('keeps an int64 that only passes through', async () => {
    const [found] = await (await server.filled([{ _id: 1, l: Long.fromString('9007199254740993') }])).aggregate([{ $setWindowFields: { sortBy: { _id: 1 }, output: { s: { $sum: '$l' } } } }], { promoteLongs: false }).toArray();
    assert.equal(String(found.s), '9007199254740993');
  });
});
