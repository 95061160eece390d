import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError } from '../../../../app/lib/errors';
import { checkTemplateData, parseTemplateContent, templateFieldKinds } from '../../../../app/lib/wechat/outgoing/template';
import { fieldProblem } from '../../../../app/sandbox/wechat/subscribeFields';
import { anyText, throwsOnly } from '../../support';

function check(key: string, value: unknown): string {
  const [field] = parseTemplateContent(`{{${key}.DATA}}`);
  return checkTemplateData({ fields: [field] }, { [key]: { value } })[key].value;
}

describe('lib/wechat/outgoing/template', () => {
  it('reads the fields of a template', () => {
    assert.deepEqual(parseTemplateContent('会议:{{thing1.DATA}}\n时间:{{date02.DATA}}\n编号:{{character_string3.DATA}}\n{{thing1.DATA}}{{new_kind4.DATA}}'), [
      { key: 'thing1', kind: 'thing', limit: 20, name: '会议' }, { key: 'date02', kind: 'date', limit: 64, name: '时间' },
      { key: 'character_string3', kind: 'character_string', limit: 32, name: '编号' }, { key: 'new_kind4', kind: 'new_kind', limit: 200 },
    ]);
    assert.deepEqual(parseTemplateContent('{{first.DATA}} {{constructor.DATA}} {{__proto__.DATA}}').map(({ key, limit }) => [key, limit]), [['first', 200], ['constructor', 200]]);
    assert.equal(parseTemplateContent(Array.from({ length: 500 }, (_, index) => `{{thing${index}.DATA}}`).join('\n')).length, 50);
  });

  it('accepts fitting values unchanged', () => {
    const fitting: Record<string, unknown[]> = {
      thing1: ['一'.repeat(20), '😀'.repeat(20), 'a b'], number1: ['123', '1.5', 42, '1'.repeat(32)], letter1: ['abcXYZ'], symbol1: ['★☆!'],
      character_string1: ['AB-12/3#'], time1: ['15:01', '15:01:59', '2019年10月1日 15:01', '08:00~09:30', '2019-10-01 8:00 ~ 2019-10-02 9:00'],
      date1: ['2019年10月1日', '2019-10-01', '2019/1/1', '2019.01.01', '2019年10月1日 15:01', '2019-10-01~2019-10-03', '10月1日', '2019年10月'],
      amount1: ['￥100.00', '$5', '100元', '￥0.5元'], phone_number1: ['+86-0766-66888866', '13800138000'], car_number1: ['粤A8Z888挂', '京A12345'],
      name1: ['张三', '李'.repeat(10), 'Ludwig van B.', 'a'.repeat(20)], phrase1: ['配送中'], enum1: ['any'], const1: ['x'], other1: ['x'.repeat(200)],
    };
    for (const [key, values] of Object.entries(fitting)) {
      for (const value of values) assert.equal(check(key, value), String(value), key);
    }
  });

  it('cuts texts that are too long, by whole characters', () => {
    assert.equal(check('thing1', '一'.repeat(21)), `${'一'.repeat(19)}…`);
    assert.equal(check('thing1', '😀'.repeat(21)), `${'😀'.repeat(19)}…`);
    assert.equal(check('character_string1', 'a'.repeat(33)), `${'a'.repeat(31)}…`);
    assert.equal(check('name1', '欧'.repeat(11)), '欧'.repeat(10));
    assert.equal(check('name1', 'a'.repeat(21)), 'a'.repeat(20));
    assert.equal(check('phrase1', '正在为您配送中'), '正在为您配');
    assert.equal(check('thing1', ' a\r\nb\u0000c '), 'a b c');
  });

  it('cuts to the template\'s own limit', () => {
    const fields = [{ key: 'thing1', kind: 'thing', limit: 5 }];
    assert.equal(checkTemplateData({ fields }, { thing1: { value: '123456' } }).thing1.value, '1234…');
  });

  it('refuses values that a cut would falsify, and names the field and what it takes', () => {
    const cases: [string, unknown, RegExp][] = [
      ['number1', 'twelve', /^data\.number1 is not of its kind: it takes a number of up to 32 digits\.$/], ['number1', '1'.repeat(33), /data\.number1 is too long/],
      ['letter1', 'a1', /data\.letter1/], ['letter1', 'a'.repeat(33), /too long/], ['symbol1', 'a', /data\.symbol1/], ['symbol1', '!!!!!!', /too long/],
      ['character_string1', '中', /none of them Chinese/], ['time1', 'tomorrow', /15:01/], ['time1', '25:00', /15:01/], ['time1', '2019-10-01', /15:01/],
      ['date1', '2019-13-01', /data\.date1/], ['date1', '15:01', /data\.date1/], ['amount1', '12345678901', /10 digits/], ['amount1', 'ten', /data\.amount1/],
      ['phone_number1', '+86-0766-668888661', /too long/], ['phone_number1', 'call me', /digits/], ['car_number1', 'AB 1', /plate/],
      ['phrase1', 'OK', /Chinese/], ['name1', '张三3', /data\.name1/], ['thing1', '', /is empty/], ['thing1', '\n', /is empty/],
      ['thing1', { $gt: '' }, /not a text/], ['thing1', undefined, /missing/], ['other1', 'x'.repeat(201), /too long/],
    ];
    for (const [key, value, message] of cases) {
      assert.throws(() => check(key, value), error => error instanceof AppError && error.code === 'INVALID_ARGUMENT' && message.test(error.message), `${key} ${String(value)}`);
    }
  });

  it('refuses missing and unknown keys', () => {
    const fields = parseTemplateContent('{{thing1.DATA}}{{thing2.DATA}}');
    assert.throws(() => checkTemplateData({ fields }, { thing1: { value: 'a' } }), /data\.thing2 is missing/);
    assert.throws(() => checkTemplateData({ fields }, { thing1: { value: 'a' }, thing2: { value: 'b' }, thing3: { value: 'c' } }), /data\.thing3 is not in the template, which has thing1, thing2/);
    assert.throws(() => checkTemplateData({ fields: parseTemplateContent('{{constructor1.DATA}}') }, {}), /data\.constructor1 is missing/);
  });

  it('accepts nothing that WeChat refuses, for any text', () => {
    const keys = Object.keys(templateFieldKinds).map(kind => `${kind}1`);
    // WeChat's page allows these beyond the simulation: a date without a year or a day.
    const strict = keys.filter(key => key !== 'date1');
    const texts = fc.oneof(anyText, fc.string({ unit: fc.constantFrom(...'0123456789:~-/.年月日元¥￥$ +汉字aZ!…\n') }));
    fc.assert(fc.property(fc.constantFrom(...strict), texts, (key, text) => {
      const value = throwsOnly(AppError, () => check(key, text));
      if (value !== undefined) assert.equal(fieldProblem(key, value), undefined, JSON.stringify(value));
    }), { numRuns: 2_000 });
  });

  it('takes no time for long texts', () => {
    const start = process.hrtime.bigint();
    for (const kind of Object.keys(templateFieldKinds)) {
      for (const text of ['1'.repeat(1e6), '2019年'.repeat(2e5), ' '.repeat(1e6), '1~'.repeat(5e5), '-'.repeat(1e6)]) throwsOnly(AppError, () => check(`${kind}1`, text));
    }
    assert.ok(Number(process.hrtime.bigint() - start) / 1e6 < 1_000);
  });
});
