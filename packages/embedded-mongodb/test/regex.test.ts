import assert from 'node:assert/strict';
import { BSONRegExp, code, TestServer } from './support';

describe('embedded: regular expressions', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const values = ['Hello', 'hello world', 'x\nhello', 'a.b', 'axb', '', '漢字abc', 'abc\v'];
  const matching = async (filter: object): Promise<string[]> => {
    const collection = await server.filled(values.map((a, _id) => ({ _id, a })));
    return (await collection.find(filter as never).sort({ _id: 1 }).toArray()).map(({ a }) => String(a));
  };

  const cases: [string, string, string[]][] = [
    ['^hello', '', ['hello world']],
    ['^hello', 'i', ['Hello', 'hello world']],
    ['^hello$', 'm', ['x\nhello']],
    ['^x.hello', 's', ['x\nhello']],
    ['^x.hello', '', []],
    [' ^ a \\. b $ # a comment', 'x', ['a.b']],
    ['a[ .]b', 'x', ['a.b']],
    ['(?i)^HELLO$', '', ['Hello']],
    ['(?ix) ^ HELLO $', '', ['Hello']],
    ['^漢', '', ['漢字abc']],
    ['^\\p{Han}+abc$', '', ['漢字abc']],
    ['abc\\s$', '', ['abc\v']],
    ['a\\Q.\\Eb', '', ['a.b']],
    ['^$', '', ['']],
    ['[]x]b', '', ['axb']],
  ];
  for (const [pattern, options, expected] of cases) {
    it(`/${pattern}/${options}`, async () => {
      assert.deepEqual(await matching({ a: { $regex: pattern, $options: options } }), expected);
      if (options !== 'x') assert.deepEqual(await matching({ a: { $in: [new BSONRegExp(pattern, options)] } }), expected);
    });
  }

  it('takes linear time for patterns on which a backtracking engine takes for ever', async () => {
    const collection = await server.filled([{ _id: 1, a: `${'a'.repeat(50_000)}b` }]);
    assert.equal(await collection.countDocuments({ a: /^(a+)+$/ }), 0);
    const [{ found }] = await collection.aggregate([{ $project: { found: { $regexMatch: { input: '$a', regex: '^(a|aa)+$' } } } }]).toArray();
    assert.equal(found, false);
  });

  for (const pattern of ['a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b', '(a)\\1', '(?>a)b', 'a++b', '[\\pL\\pN]{1000}{3}', '(?:[\\pL\\pN]{1000}){3}', '(', '[a', '*a']) {
    it(`refuses ${pattern}`, async () => {
      await assert.rejects(matching({ a: { $regex: pattern } }), code(51091));
      const collection = await server.filled([{ a: 'x' }]);
      await assert.rejects(collection.aggregate([{ $project: { r: { $regexMatch: { input: '$a', regex: pattern } } } }]).toArray(), code(51091));
    });
  }

  it('reports that look-around and the like are not supported', async () => {
    await assert.rejects(matching({ a: { $regex: '(?=x)' } }), /RE2: look-around, back-references/);
    await assert.rejects(matching({ a: { $regex: 'x', $options: 'q' } }), code(51108));
  });

  it('bounds an index by a pattern\'s beginning', async () => {
    const collection = await server.filled(values.map((a, _id) => ({ _id, a })));
    await collection.createIndex({ a: 1 });
    for (const [filter, keys] of [[/^hello/, 1], [/^漢字/, 1], [/^hellos?/, 1], [new BSONRegExp('^ hello #', 'x'), 1], [/^hello/i, 8]] as const) {
      const { executionStats } = await collection.find({ a: filter }).explain('executionStats') as { executionStats: { totalKeysExamined: number; totalDocsExamined: number } };
      assert.equal(executionStats.totalDocsExamined, keys, String(filter));
    }
  });

  it('$regexFind, $regexFindAll', async () => {
    const collection = await server.filled([{ a: '漢a1 b22' }]);
    const [{ one, all, none }] = await collection.aggregate([{ $project: {
      one: { $regexFind: { input: '$a', regex: /([a-z])(\d)(x)?/ } }, all: { $regexFindAll: { input: '$a', regex: '\\d+' } }, none: { $regexFind: { input: '$a', regex: 'z' } },
    } }]).toArray();
    assert.deepEqual(one, { match: 'a1', idx: 1, captures: ['a', '1', null] });
    assert.deepEqual(all, [{ match: '1', idx: 2, captures: [] }, { match: '22', idx: 5, captures: [] }]);
    assert.equal(none, null);
    const long = await server.filled([{ a: 'a'.repeat(2_000_000) }]);
    await assert.rejects(long.aggregate([{ $project: { all: { $size: { $regexFindAll: { input: '$a', regex: 'a' } } } } }]).toArray(), code(51151));
  });
});
