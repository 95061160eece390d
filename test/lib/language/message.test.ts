import assert from 'node:assert/strict';
import { render } from '../../../app/lib/language/message';
import { TEXTS } from '../../../app/lib/language/texts';

/** Texts of parameters and punctuation alone, and what JSON calls `null`, which has no other name. */
const WITHOUT_WORDS = new Set(['fieldProblem', 'fieldProblemElse', 'typeNull', 'whatAndNumbers', 'whatAndTodo']);

const placeholders = (text: string) => [...text.matchAll(/\{(\w*)\}/g)].map(([, name]) => name).sort();

describe('lib/language/message', () => {
  it('has the same parameters in both languages', () => {
    // Only English has words for counted things.
    for (const [key, { en, zh }] of Object.entries(TEXTS)) assert.deepEqual(placeholders(zh), placeholders(en).filter(name => key !== 'mustBeThingsMost' || name !== 'things'), key);
  });

  it('is written in Chinese, with the punctuation of Chinese', () => {
    for (const [key, { en, zh }] of Object.entries(TEXTS)) {
      assert.equal(/\p{Script=Han}/u.test(zh), !WITHOUT_WORDS.has(key), key);
      assert.doesNotMatch(zh, /\p{Script=Han} ?[,;:!?.]|[,;!?] ?\p{Script=Han}/u, key);
      assert.equal(zh.endsWith('。'), en.endsWith('.'), key);
    }
  });

  it('fills parameters in once, those that are messages in the same language', () => {
    const message = { key: 'templateValue', params: { field: '{problem}', problem: { key: 'valueMissing' }, takes: { key: 'takesPhrase' } } } as const;
    assert.equal(render(message, 'en'), 'data.{problem} is missing: it takes up to 5 Chinese characters.');
    assert.equal(render(message, 'zh'), 'data.{problem} 缺失，应为不超过 5 个汉字。');
  });

  it('survives storage as JSON', () => {
    const message = { key: 'noAppOfKind', params: { kind: { key: 'official' } } } as const;
    assert.equal(render(JSON.parse(JSON.stringify(message)), 'zh'), '尚未配置公众号。');
  });

  it('joins several as each language does', () => {
    const several = [{ key: 'urlUnreachable' }, 'rid: 1'] as const;
    assert.equal(render(several, 'en'), 'url cannot be reached; rid: 1');
    assert.equal(render(several, 'zh'), 'url 无法访问；rid: 1');
    assert.equal(render([], 'en'), '');
  });

  it('leaves no blank for an empty parameter', () => {
    assert.equal(render({ key: 'wechatRefused', params: { errcode: 40013, errmsg: '' } }, 'en'), 'WeChat refused the call: 40013');
  });
});
