import assert from 'node:assert/strict';
import { readRevocation } from '../../app/lib/wechat/revocation';
import { phoneTexts } from '../../app/lib/person/phoneTexts';
import { Slots } from '../../app/lib/async/slots';
import { jsonText } from '../../app/lib/export/jsonText';

describe('lib/person/phoneTexts', () => {
  it('returns the spellings under which a number may be stored', () => {
    assert.ok(phoneTexts('13800001234').includes('86:13800001234'));
    for (const written of ['+8613800001234', '+86 138-0000-1234', '008613800001234', '8613800001234', ' 8613800001234']) assert.ok(phoneTexts(written).includes('86:13800001234'), written);
    assert.ok(phoneTexts('+85291234567').includes('852:91234567'));
    assert.ok(!phoneTexts('+13800001234').includes('86:13800001234'));
  });

  it('returns none for a text that is no number', () => {
    for (const written of ['', '12', 'abc', '1380000x234', '🐟🐟🐟🐟', '+', '1'.repeat(21)]) assert.deepEqual(phoneTexts(written), [], written);
  });
});

describe('lib/wechat/revocation', () => {
  const revoked = (RevokeInfo: string, more: object = { OpenID: 'o' }) => readRevocation({ event: 'user_authorization_revoke', payload: { RevokeInfo, ...more } })?.revoked;

  it('reads one number or several, known or not', () => {
    assert.deepEqual([revoked('8'), revoked('6'), revoked('19'), revoked('301'), revoked('8,20'), revoked('999'), revoked('')], [['phone'], ['nickname', 'avatar'], ['nickname'], ['everything'], ['phone', 'avatar'], ['other'], []]);
  });

  it('needs an OpenID, and one of the events', () => {
    assert.equal(revoked('8', { OpenID: '' }), undefined);
    assert.equal(readRevocation({ event: 'subscribe', payload: { OpenID: 'o' } }), undefined);
  });
});

describe('lib/async/slots', () => {
  it('gives as many places as there are, and takes each back once', () => {
    const slots = new Slots(2);
    const [first, second] = [slots.take(), slots.take()];
    assert.equal(slots.take(), undefined);
    first?.();
    first?.();
    assert.equal(slots.free, 1);
    second?.();
    assert.equal(slots.free, 2);
  });
});

describe('lib/export/jsonText', () => {
  it('writes the text of JSON.stringify, in pieces, and reads no further than is asked for', async () => {
    let taken = 0;
    async function* items() {
      for (let n = 0; n < 5_000; n++) {
        taken = n;
        yield { n, text: '“🐟”\n'.repeat(10) };
      }
    }
    const pieces: string[] = [];
    for await (const piece of jsonText([['id', 'a"b'], ['at', new Date(0)], ['none', undefined], ['items', items()], ['empty', (async function* () { /* nothing */ })()]])) {
      pieces.push(piece);
      if (pieces.length === 1) assert.ok(taken < 1_000, `${taken} taken for the first piece`);
    }
    const read = JSON.parse(pieces.join('')) as { id: string; at: string; none: null; items: object[]; empty: object[] };
    assert.deepEqual([read.id, read.at, read.none, read.items.length, read.empty], ['a"b', '1970-01-01T00:00:00.000Z', null, 5_000, []]);
    assert.ok(pieces.length > 5);
  });
});
