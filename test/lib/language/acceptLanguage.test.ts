import assert from 'node:assert/strict';
import { acceptedLanguage } from '../../../app/lib/language/acceptLanguage';

describe('lib/language/acceptLanguage', () => {
  it('recognises Chinese under every name', () => {
    for (const header of ['zh', 'zh-CN', 'zh_CN,zh', 'ZH-cn', 'zh-Hans', 'zh-Hans-CN', 'zh-TW', 'zh-CN,zh;q=0.9', 'zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7', ' zh-CN ; q=0.5 ']) {
      assert.equal(acceptedLanguage(header), 'zh', header);
    }
  });

  it('takes the higher quality, and the first of equal ones', () => {
    const cases: Array<[string, 'en' | 'zh']> = [
      ['en;q=0.8, zh;q=0.9', 'zh'], ['zh;q=0.8, en;q=0.9', 'en'], ['en, zh', 'en'], ['zh, en', 'zh'], ['zh;q=0.5, zh-CN;q=0.9, en;q=0.7', 'zh'],
      ['fr, zh;q=0.1', 'zh'], ['fr', 'en'], ['*', 'en'], ['*;q=0.1, zh;q=0.2', 'zh'], ['zh;q=0', 'en'], ['zh;q=0.000', 'en'], ['zh;q=0.001', 'zh'], ['de-CH, en-GB;q=0.9', 'en'],
    ];
    for (const [header, language] of cases) assert.equal(acceptedLanguage(header), language, header);
  });

  it('ignores malformed entries', () => {
    for (const header of [undefined, '', ',', ';', 'zh;q=2', 'zh;q=-1', 'zh;q=0.1234', 'zh;q=', 'zh q=1', 'zhong', 'z', 'zh-', 'zh-toolongforasubtag', '中文', 'zh\u0000', '__proto__']) {
      assert.equal(acceptedLanguage(header), 'en', String(header));
    }
    assert.equal(acceptedLanguage('zh;q=9, zh-CN;q=0.3'), 'zh');
  });

  it('reads no more than a few hundred characters and a few entries', () => {
    assert.equal(acceptedLanguage(`${' '.repeat(600)}zh`), 'en');
    assert.equal(acceptedLanguage(`${'fr,'.repeat(20)}zh`), 'en');
    assert.equal(acceptedLanguage(`${'fr,'.repeat(19)}zh`), 'zh');
    assert.equal(acceptedLanguage(`zh${'-a'.repeat(1_000_000)}`), 'en');
  });
});
