import assert from 'node:assert/strict';
import fc from 'fast-check';
import { textParts } from '../../../../app/lib/wechat/outgoing/textParts';
import { isWellFormed } from '../../../../app/lib/input/wellFormed';

const characters = (text: string) => [...text].length;

describe('lib/wechat/outgoing/textParts', () => {
  it('leaves a text in one piece that is no longer than a part', () => {
    for (const text of ['', 'a', 'x'.repeat(2_500), '😀'.repeat(1_250)]) assert.deepEqual(textParts(text, 2_500, 100), [text]);
  });

  it('cuts no emoji in two, wherever the cuts fall', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const text = before + '👨‍👩‍👧😀'.repeat(2_000);
      const parts = textParts(text, 2_500, 100);
      assert.ok(parts.length > 5);
      for (const part of parts) assert.ok(isWellFormed(part) && characters(part) <= 2_500 && part.length <= 2_500);
      assert.ok(text.startsWith(parts[0]) && text.endsWith(parts.at(-1) ?? ''));
    }
  });

  it('has a phrase across a cut whole in one of the parts', () => {
    const word = '敏感'.repeat(20);
    for (let at = 2_300; at <= 2_600; at++) {
      const text = `${'x'.repeat(at)}${word}${'y'.repeat(3_000)}`;
      assert.ok(textParts(text, 2_500, 100).some(part => part.includes(word)), `at ${at}`);
    }
  });

  it('loses nothing of any text, and repeats little of it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 8, max: 60 }), (text, size) => {
      const parts = textParts(text, size, 3);
      let end = 0;
      for (const part of parts) {
        assert.ok(part.length <= size && isWellFormed(part));
        const from = text.indexOf(part, Math.max(end - 4, 0));
        assert.ok(from >= 0 && from <= end, 'no gap');
        end = from + part.length;
      }
      assert.equal(end, text.length);
    }));
  });
});
