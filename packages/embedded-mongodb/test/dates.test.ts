import assert from 'node:assert/strict';
import { code, Decimal128, Double, Long, ObjectId, TestServer } from './support';

describe('embedded: dates, and overflowing numbers', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const evaluate = async (expression: unknown, document: object = { _id: 1 }): Promise<unknown> => {
    const collection = await server.filled([document]);
    return (await collection.aggregate([{ $project: { _id: 0, r: expression } }], { promoteValues: true }).toArray())[0].r;
  };
  const at = (text: string) => new Date(text);
  const spring = at('2024-03-10T07:30:00.123Z'); // New York, just after its clocks went forward.
  const NY = 'America/New_York';

  const cases: [object, unknown][] = [
    [{ $dateToString: { date: spring, timezone: NY, format: '%Y-%m-%d %H:%M:%S.%L %z %Z' } }, '2024-03-10 03:30:00.123 -0400 -240'],
    [{ $dateToString: { date: at('2024-03-10T06:59:59Z'), timezone: NY, format: '%H:%M %z' } }, '01:59 -0500'],
    [{ $dateToString: { date: spring, timezone: 'Asia/Kolkata', format: '%H:%M%z' } }, '13:00+0530'],
    [{ $dateToString: { date: spring, timezone: '-03', format: '%H:%M%z' } }, '04:30-0300'],
    [{ $dateToString: { date: at('1900-01-01T00:00:00Z'), timezone: 'Asia/Shanghai', format: '%H:%M:%S' } }, '08:05:43'],
    [{ $dateToString: { date: at('2021-01-03T00:00:00Z'), format: '%G-W%V-%u %U %w %j %b %B %%' } }, '2020-W53-7 01 1 003 Jan January %'],
    [{ $dateToString: { date: spring, timezone: NY } }, '2024-03-10T03:30:00.123'],
    [{ $dateToString: { date: null, onNull: 'none' } }, 'none'],
    [{ $dateToString: { date: new ObjectId('65e5c0000000000000000000'), format: '%Y-%m-%d' } }, '2024-03-04'],
    [{ $dateToParts: { date: spring, timezone: NY } }, { year: 2024, month: 3, day: 10, hour: 3, minute: 30, second: 0, millisecond: 123 }],
    [{ $dateToParts: { date: at('2021-01-03T00:00:00Z'), iso8601: true } }, { isoWeekYear: 2020, isoWeek: 53, isoDayOfWeek: 7, hour: 0, minute: 0, second: 0, millisecond: 0 }],
    [{ $dateFromParts: { year: 2024, month: 14, day: 1, timezone: 'Asia/Shanghai' } }, at('2025-01-31T16:00:00Z')],
    [{ $dateFromParts: { isoWeekYear: 2020, isoWeek: 53, isoDayOfWeek: 7 } }, at('2021-01-03T00:00:00Z')],
    [{ $dayOfMonth: { date: at('2024-02-29T16:00:00Z'), timezone: 'Asia/Shanghai' } }, 1],
    [{ $week: at('2024-01-06T00:00:00Z') }, 0], [{ $week: at('2024-01-07T00:00:00Z') }, 1], [{ $isoWeek: at('2024-12-30T00:00:00Z') }, 1], [{ $isoWeekYear: at('2024-12-30T00:00:00Z') }, 2025],
    [{ $dayOfYear: at('2024-12-31T00:00:00Z') }, 366], [{ $dayOfWeek: at('2024-01-07T00:00:00Z') }, 1], [{ $hour: null }, null],
    [{ $dateTrunc: { date: at('2024-02-29T17:45:00Z'), unit: 'day', timezone: 'Asia/Shanghai' } }, at('2024-02-29T16:00:00Z')],
    [{ $dateTrunc: { date: at('2024-05-17T00:00:00Z'), unit: 'quarter' } }, at('2024-04-01T00:00:00Z')],
    [{ $dateTrunc: { date: at('2024-05-17T00:00:00Z'), unit: 'week', startOfWeek: 'monday' } }, at('2024-05-13T00:00:00Z')],
    [{ $dateTrunc: { date: at('2024-05-17T13:37:00Z'), unit: 'minute', binSize: 15 } }, at('2024-05-17T13:30:00Z')],
    [{ $dateTrunc: { date: at('1999-12-31T23:00:00Z'), unit: 'month', binSize: 2 } }, at('1999-11-01T00:00:00Z')],
    [{ $dateDiff: { startDate: at('2024-02-29T15:00:00Z'), endDate: at('2024-02-29T17:00:00Z'), unit: 'day', timezone: 'Asia/Shanghai' } }, 1],
    [{ $dateDiff: { startDate: at('2024-03-10T06:30:00Z'), endDate: at('2024-03-10T07:30:00Z'), unit: 'hour', timezone: NY } }, 1],
    [{ $dateDiff: { startDate: at('2023-12-31T00:00:00Z'), endDate: at('2024-01-01T00:00:00Z'), unit: 'quarter' } }, 1],
    [{ $dateAdd: { startDate: at('2024-03-09T12:00:00Z'), unit: 'day', amount: 1, timezone: NY } }, at('2024-03-10T11:00:00Z')],
    [{ $dateSubtract: { startDate: at('2024-03-31T00:00:00Z'), unit: 'month', amount: 1 } }, at('2024-02-29T00:00:00Z')],
    [{ $dateFromString: { dateString: '2024-02-29T08:00:00', timezone: 'Asia/Shanghai' } }, at('2024-02-29T00:00:00Z')],
    [{ $dateFromString: { dateString: '2024-02-29 08:00+0800' } }, at('2024-02-29T00:00:00Z')],
    [{ $dateFromString: { dateString: '29/Feb/2024 %', format: '%d/%b/%Y %%' } }, at('2024-02-29T00:00:00Z')],
    [{ $dateFromString: { dateString: 'x', onError: 'bad' } }, 'bad'], [{ $dateFromString: { dateString: null, onNull: 0 } }, 0],
    [{ $toDate: '2024-02-29' }, at('2024-02-29T00:00:00Z')], [{ $toDate: Long.fromNumber(5) }, at('1970-01-01T00:00:00.005Z')],
  ];
  for (const [expression, expected] of cases) it(JSON.stringify(expression), async () => assert.deepEqual(await evaluate(expression), expected));

  const errors: [object, number, RegExp?][] = [
    [{ $dateToString: { date: spring, timezone: 'Mars/Olympus' } }, 40485, /unrecognized time zone identifier: "Mars\/Olympus"/],
    [{ $dateToString: { date: spring, timezone: 8 } }, 40517], [{ $dateToString: { date: spring, format: '%Q' } }, 18536], [{ $dateToString: { date: 'x' } }, 16006],
    [{ $dateToString: { format: '%Y' } }, 18628], [{ $year: 5 }, 16006], [{ $dateFromParts: { year: 10_000 } }, 40523], [{ $dateTrunc: { date: spring, unit: 'eon' } }, 9],
    [{ $toDate: '2024-02-30' }, 241], [{ $toDate: 5 }, 241, /Unsupported conversion from int to date/], [{ $toDate: 1e300 }, 241, /overflow/], [{ $toDate: NaN }, 241],
    [{ $toDate: Long.MAX_VALUE }, 241, /overflow/], [{ $toDate: Decimal128.fromString('1E6000') }, 241, /overflow/],
    [{ $add: [spring, 1e300] }, 15], [{ $subtract: [spring, 1e300] }, 15], [{ $dateAdd: { startDate: spring, unit: 'year', amount: 1_000_000 } }, 15],
    [{ $toLong: 1e19 }, 241, /Conversion would overflow target type in \$convert with no onError value: 10000000000000000000/], [{ $toLong: '9223372036854775808' }, 241, /Failed to parse number/],
    [{ $toLong: Decimal128.fromString('9223372036854775808') }, 241], [{ $toLong: Infinity }, 241, /Attempt to convert infinity value/], [{ $toInt: Long.fromNumber(2 ** 31) }, 241], [{ $toInt: NaN }, 241, /Attempt to convert NaN/],
    [{ $toInt: 'abc' }, 241], [{ $toDouble: Decimal128.fromString('1E6000') }, 241], [{ $toDouble: '1e999' }, 241], [{ $toDecimal: '1E7000' }, 241], [{ $toObjectId: 'x' }, 241, /expected 24 but found 1/],
    [{ $dateAdd: { startDate: spring, unit: 'month', amount: 1e9, timezone: NY } }, 15], [{ $dateTrunc: { date: new Date(-8.64e15), unit: 'year', timezone: NY } }, 15],
    [{ $pow: [0, -1] }, 28764], [{ $round: [1.5, 101] }, 51083],
  ];
  for (const [expression, expected, message] of errors) {
    it(`${JSON.stringify(expression)} is error ${expected}`, async () => {
      await assert.rejects(evaluate(expression), code(expected));
      if (message) await assert.rejects(evaluate(expression), message);
    });
  }

  it('int64 grows into a double, Decimal128 keeps its digits', async () => {
    assert.equal(await evaluate({ $add: [Long.MAX_VALUE, 1] }), 2 ** 63);
    assert.equal(await evaluate({ $multiply: [Long.MAX_VALUE, 2] }), 2 ** 64);
    assert.equal(await evaluate({ $type: { $pow: [2, 31] } }), 'long');
    assert.equal(await evaluate({ $pow: [2, 64] }), 2 ** 64);
    assert.equal(String(await evaluate({ $divide: [Decimal128.fromString('1'), 3] })), '0.3333333333333333333333333333333333');
    assert.equal(String(await evaluate({ $divide: [Decimal128.fromString('1'), 4] })), '0.25');
    assert.equal(String(await evaluate({ $round: [Decimal128.fromString('12345678901234567890.125'), 2] })), '12345678901234567890.12');
    assert.equal(String(await evaluate({ $multiply: [Decimal128.fromString('9E6144'), 10] })), 'Infinity');
    assert.equal(await evaluate({ $round: [new Double(1e300), 20] }), 1e300);
    assert.equal(await evaluate({ $round: [1250, -2] }), 1200);
    const collection = await server.filled([{ _id: 1, n: Long.MAX_VALUE }, { _id: 2, n: Long.MAX_VALUE }]);
    assert.equal((await collection.aggregate([{ $group: { _id: null, n: { $sum: '$n' } } }]).toArray())[0].n, 2 ** 64);
  });

  it('a decimal overflows to infinity, and harms no other write', async () => {
    const collection = await server.filled([{ _id: 1, n: Decimal128.fromString('9E6144') }]);
    await collection.updateOne({ _id: 1 as never }, { $mul: { n: 10 } });
    assert.equal(String((await collection.findOne())?.n), 'Infinity');
  });
});
