import assert from 'node:assert/strict';
import { z } from 'zod';
import { assertFits } from '../../app/router/assertFits';

const schema = z.object({
  name: z.string(),
  at: z.iso.datetime().optional(),
  items: z.array(z.union([z.object({ a: z.number() }), z.object({ b: z.number() })])).optional(),
  any: z.record(z.string(), z.unknown()).optional(),
});
const fits = (data: unknown) => assertFits(schema, data, 'GET /x');

describe('assertFits', () => {
  it('accepts data that fits after JSON', () => {
    fits({ name: 'a' });
    fits({ name: 'a', at: undefined, items: [{ a: 1 }, { b: 2 }], any: { deep: { er: [1, null] } } });
    fits({ name: 'a', at: new Date() });
    assertFits(z.null(), undefined, 'DELETE /x');
  });

  it('says what does not fit, and where', () => {
    assert.throws(() => fits({}), { name: 'TypeError', message: /^GET \/x answers what its schema does not allow: name: / });
    assert.throws(() => fits(null), /: data: /);
    assert.throws(() => fits({ name: 'a', at: 'today' }), /at: /);
  });

  it('names properties that the schema does not have', () => {
    assert.throws(() => fits({ name: 'a', secret: 1 }), /: secret is not in the schema$/);
    assert.throws(() => fits({ name: 'a', items: [{ a: 1, c: 1 }], more: {} }), /: items\.0\.c is not in the schema; more is not in the schema$/);
  });
});
