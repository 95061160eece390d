import assert from 'node:assert/strict';
import { code, Decimal128, Long, TestServer } from './support';

describe('embedded: aggregation', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const sales = [
    { _id: 1, item: 'a', n: 2, at: new Date('2024-02-28T15:59:59Z'), tags: ['x', 'y'] },
    { _id: 2, item: 'b', n: 5, at: new Date('2024-02-28T16:00:00Z'), tags: ['y'] },
    { _id: 3, item: 'a', n: 7, at: new Date('2024-03-01T00:00:00Z'), tags: [] },
    { _id: 4, item: 'c', n: null, at: new Date('2024-12-31T20:30:00Z') },
  ];
  const run = async (pipeline: object[], documents: object[] = sales) => await (await server.filled(documents)).aggregate(pipeline).toArray();

  it('$match $group $sort with every accumulator', async () => {
    assert.deepEqual(await run([{ $match: { _id: { $lte: 3 } } }, { $sort: { _id: 1 } }, { $group: {
      _id: '$item', sum: { $sum: '$n' }, avg: { $avg: '$n' }, min: { $min: '$n' }, max: { $max: '$n' }, all: { $push: '$n' }, first: { $first: '$n' }, last: { $last: '$n' }, count: { $sum: 1 }, counted: { $count: {} },
    } }, { $sort: { _id: 1 } }]), [
      { _id: 'a', sum: 9, avg: 4.5, min: 2, max: 7, all: [2, 7], first: 2, last: 7, count: 2, counted: 2 },
      { _id: 'b', sum: 5, avg: 5, min: 5, max: 5, all: [5], first: 5, last: 5, count: 1, counted: 1 },
    ]);
    const [{ set }] = await run([{ $unwind: '$tags' }, { $group: { _id: null, set: { $addToSet: '$tags' } } }]);
    assert.deepEqual([...set].sort(), ['x', 'y']);
  });

  it('computes days in a time zone', async () => {
    assert.deepEqual(await run([{ $group: { _id: { $dateToString: { date: '$at', format: '%Y-%m-%d', timezone: 'Asia/Shanghai' } }, n: { $sum: 1 } } }, { $sort: { _id: 1 } }]), [
      { _id: '2024-02-28', n: 1 }, { _id: '2024-02-29', n: 1 }, { _id: '2024-03-01', n: 1 }, { _id: '2025-01-01', n: 1 },
    ]);
    const [{ text, utc, offset }] = await run([{ $limit: 1 }, { $project: {
      text: { $dateToString: { date: '$at', format: '%Y-%m-%dT%H:%M:%S.%L%z', timezone: 'Asia/Shanghai' } }, utc: { $dateToString: { date: '$at' } }, offset: { $dateToString: { date: '$at', format: '%H:%M', timezone: '+05:30' } },
    } }]);
    assert.deepEqual([text, utc, offset], ['2024-02-28T23:59:59.000+0800', '2024-02-28T15:59:59.000Z', '21:29']);
    assert.deepEqual(await run([{ $limit: 1 }, { $project: { _id: 0, y: { $year: '$at' }, m: { $month: '$at' }, d: { $dayOfMonth: '$at' }, h: { $hour: { date: '$at', timezone: 'America/New_York' } }, w: { $dayOfWeek: '$at' } } }]), [{ y: 2024, m: 2, d: 28, h: 10, w: 4 }]);
  });

  it('$project and $addFields compute', async () => {
    assert.deepEqual(await run([{ $match: { _id: { $in: [1, 4] } } }, { $addFields: { 'deep.v': { $ifNull: ['$n', 'none'] } } }, { $project: { _id: 0, deep: 1, big: { $cond: [{ $gte: ['$n', 2] }, 'yes', 'no'] }, missing: '$nothing', tags: { $size: { $ifNull: ['$tags', []] } } } }]), [
      { deep: { v: 2 }, big: 'yes', tags: 2 }, { deep: { v: 'none' }, big: 'no', tags: 0 },
    ]);
  });

  it('$unwind', async () => {
    assert.deepEqual(await run([{ $unwind: '$tags' }, { $project: { _id: 1, tags: 1 } }]), [{ _id: 1, tags: 'x' }, { _id: 1, tags: 'y' }, { _id: 2, tags: 'y' }]);
    assert.deepEqual(await run([{ $match: { _id: { $gte: 2 } } }, { $unwind: { path: '$tags', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true } }, { $project: { i: 1, tags: 1 } }]), [{ _id: 2, tags: 'y', i: 0 }, { _id: 3, i: null }, { _id: 4, i: null }]
      .map(({ i, ...rest }) => ({ ...rest, i: i === 0 ? Long.fromNumber(0).toNumber() : null })));
  });

  it('$facet, $count, $skip, $limit, $sortByCount', async () => {
    assert.deepEqual(await run([{ $facet: { count: [{ $count: 'n' }], page: [{ $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { _id: 1 } }], none: [{ $match: { _id: 9 } }, { $count: 'n' }] } }]),
      [{ count: [{ n: 4 }], page: [{ _id: 3 }, { _id: 2 }], none: [] }]);
    assert.deepEqual((await run([{ $sortByCount: '$item' }]))[0], { _id: 'a', count: 2 });
  });

  it('$lookup by field and by pipeline', async () => {
    const items = await server.filled([{ _id: 'a', price: 3 }, { _id: 'b', price: 4 }, { _id: 'n', price: 0 }]);
    assert.deepEqual(await run([{ $match: { _id: { $ne: 3 } } }, { $lookup: { from: items.collectionName, localField: 'item', foreignField: '_id', as: 'found' } }, { $project: { found: 1 } }]), [
      { _id: 1, found: [{ _id: 'a', price: 3 }] }, { _id: 2, found: [{ _id: 'b', price: 4 }] }, { _id: 4, found: [] },
    ]);
    assert.deepEqual(await run([{ $match: { _id: 2 } }, { $lookup: { from: items.collectionName, let: { n: '$n' }, pipeline: [{ $match: { $expr: { $lt: ['$price', '$$n'] } } }, { $sort: { _id: 1 } }, { $project: { price: 1, _id: 0 } }], as: 'cheaper' } }, { $project: { cheaper: 1 } }]), [
      { _id: 2, cheaper: [{ price: 3 }, { price: 4 }, { price: 0 }] },
    ]);
  });

  it('$bucket includes the lower bound and excludes the upper one', async () => {
    const documents = [0, 9, 10, 19, 20, 'x'].map((n, i) => ({ _id: i, n }));
    assert.deepEqual(await run([{ $bucket: { groupBy: '$n', boundaries: [0, 10, 20], default: 'other', output: { n: { $sum: 1 }, ids: { $push: '$_id' } } } }], documents), [
      { _id: 0, n: 2, ids: [0, 1] }, { _id: 10, n: 2, ids: [2, 3] }, { _id: 'other', n: 2, ids: [4, 5] },
    ]);
    await assert.rejects(run([{ $bucket: { groupBy: '$n', boundaries: [0, 10] } }], documents), error => error instanceof Error);
    await assert.rejects(run([{ $bucket: { groupBy: '$n', boundaries: [10, 0] } }], documents), code(40194));
  });

  it('$replaceRoot, $unset, $sample, $unionWith', async () => {
    const other = await server.filled([{ _id: 'o' }]);
    assert.deepEqual(await run([{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { $mergeObjects: [{ z: 1 }, { i: '$item' }] } } }, { $unset: 'z' }, { $unionWith: other.collectionName }]), [{ i: 'a' }, { _id: 'o' }]);
    assert.equal((await run([{ $sample: { size: 2 } }])).length, 2);
  });

  const expressions: [object | string, unknown][] = [
    [{ $add: [1, 2, 3.5] }, 6.5], [{ $subtract: [new Date(5000), new Date(2000)] }, 3000], [{ $add: [new Date(0), 1000] }, new Date(1000)],
    [{ $multiply: [3, 4] }, 12], [{ $divide: [7, 2] }, 3.5], [{ $mod: [-7, 3] }, -1], [{ $abs: -3 }, 3], [{ $ceil: 1.2 }, 2], [{ $floor: -1.2 }, -2], [{ $round: [2.5] }, 2], [{ $round: [1.256, 2] }, 1.26], [{ $trunc: [-1.7] }, -1],
    [{ $concat: ['a', 'b'] }, 'ab'], [{ $concat: ['a', null] }, null], [{ $toUpper: 'aé' }, 'Aé'], [{ $substrCP: ['漢字文', 1, 1] }, '字'], [{ $strLenCP: '漢字' }, 2], [{ $split: ['a,b', ','] }, ['a', 'b']], [{ $trim: { input: ' a ' } }, 'a'],
    [{ $regexMatch: { input: 'Hello', regex: '^h', options: 'i' } }, true], [{ $replaceAll: { input: 'aXbX', find: 'X', replacement: '-' } }, 'a-b-'],
    [{ $in: [2, [1, 2]] }, true], [{ $arrayElemAt: [[1, 2, 3], -1] }, 3], [{ $slice: [[1, 2, 3], 1, 1] }, [2]], [{ $concatArrays: [[1], [2, 3]] }, [1, 2, 3]], [{ $reverseArray: [[1, 2]] }, [2, 1]], [{ $range: [0, 5, 2] }, [0, 2, 4]],
    [{ $map: { input: [1, 2], as: 'v', in: { $multiply: ['$$v', 2] } } }, [2, 4]], [{ $filter: { input: [1, 2, 3], cond: { $gt: ['$$this', 1] } } }, [2, 3]], [{ $reduce: { input: [1, 2, 3], initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [{ $let: { vars: { x: 2 }, in: { $add: ['$$x', 1] } } }, 3], [{ $switch: { branches: [{ case: false, then: 1 }, { case: true, then: 2 }], default: 3 } }, 2], [{ $and: [1, 'x', true] }, true], [{ $or: [0, null] }, false], [{ $not: [0] }, true], [{ $cmp: ['a', 1] }, 1],
    [{ $setUnion: [[1, 2], [2, 3]] }, [1, 2, 3]], [{ $setIntersection: [[1, 2], [2, 3]] }, [2]], [{ $objectToArray: { a: 1 } }, [{ k: 'a', v: 1 }]], [{ $arrayToObject: [[['a', 1]]] }, { a: 1 }], [{ $literal: '$x' }, '$x'], [{ $type: 1 }, 'int'], [{ $type: '$nothing' }, 'missing'],
    [{ $toString: 5 }, '5'], [{ $toInt: '42' }, 42], [{ $toDate: '2024-01-02T03:04:05Z' }, new Date('2024-01-02T03:04:05Z')], [{ $convert: { input: 'x', to: 'int', onError: -1 } }, -1], [{ $max: [[1, 5, 3]] }, 5], [{ $sum: [1, 2, 'x'] }, 3], [{ $avg: [1, 2] }, 1.5],
    [{ $dateAdd: { startDate: new Date('2024-01-31T00:00:00Z'), unit: 'month', amount: 1 } }, new Date('2024-02-29T00:00:00Z')], [{ $dateDiff: { startDate: new Date('2024-01-01T00:00:00Z'), endDate: new Date('2024-01-03T00:00:00Z'), unit: 'day' } }, 2], [{ $sortArray: { input: [3, 1, 2], sortBy: -1 } }, [3, 2, 1]],
  ];
  for (const [expression, expected] of expressions) {
    it(`${JSON.stringify(expression)}`, async () => assert.deepEqual((await run([{ $project: { _id: 0, r: expression } }], [{ _id: 1 }]))[0].r, expected));
  }

  it('keeps the types of values that only pass through', async () => {
    const collection = await server.filled([{ _id: 1, l: Long.fromString('9007199254740993'), d: Decimal128.fromString('1.10') }]);
    const [found] = await collection.aggregate([{ $sort: { l: 1 } }, { $group: { _id: '$l', d: { $first: '$d' }, sum: { $sum: '$l' } } }], { promoteLongs: false }).toArray();
    assert.deepEqual([String(found._id), String(found.d), String(found.sum)], ['9007199254740993', '1.10', '9007199254740993']);
  });
});
