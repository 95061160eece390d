import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressOf, countedAs, forwardedAddresses } from '../../../app/lib/http/clientAddress';

describe('lib/http/clientAddress', () => {
  it('believes the addresses of so many proxies, and nothing before them', () => {
    for (const [header, hops, addresses] of [
      ['', 1, []],
      ['198.51.100.1', 0, []],
      ['198.51.100.1', 1, ['198.51.100.1']],
      ['203.0.113.9, 198.51.100.1', 1, ['198.51.100.1']],
      ['203.0.113.9,198.51.100.1 ,  10.0.0.1', 2, ['198.51.100.1', '10.0.0.1']],
      ['198.51.100.1', 3, ['198.51.100.1']],
      ['203.0.113.9, unknown, 10.0.0.1', 3, ['10.0.0.1']],
      ['203.0.113.9, 10.0.0.1,', 2, []],
      [',198.51.100.1', 2, ['198.51.100.1']],
      [',', 2, []],
      [`203.0.113.9, ${'1'.repeat(500)}`, 2, []],
    ] as const) assert.deepEqual(forwardedAddresses(header, hops), addresses, `${header} behind ${hops}`);
  });

  it('reads every form of an address that proxies use', () => {
    for (const [text, address] of [
      ['198.51.100.1:4711', '198.51.100.1'],
      ['[2001:DB8::1]:443', '2001:db8::1'],
      ['[2001:db8::1]', '2001:db8::1'],
      ['fe80::1%eth0', 'fe80::1'],
      ['::ffff:198.51.100.1', '198.51.100.1'],
      ['::FFFF:c633:6401', '198.51.100.1'],
      ['0:0:0:0:0:ffff:198.51.100.1', '198.51.100.1'],
      ['2001:db8::ffff:198.51.100.1', '2001:db8::ffff:198.51.100.1'],
      ['198.51.100.256', undefined],
      ['example.com', undefined],
      ['_hidden', undefined],
      ['', undefined],
    ] as const) assert.equal(addressOf(text), address, text);
  });

  it('takes time linear in the header', () => {
    // A megabyte: quadratic time would not end.
    const long = 1 << 20;
    for (const part of [' ', ',', ', ', '\t', '1', '1.', ':', '[', ']', '%', '::ffff:']) {
      const filler = part.repeat(long / part.length);
      assert.deepEqual(forwardedAddresses(`${filler}x, 198.51.100.1`, 32).slice(-1), ['198.51.100.1']);
      assert.deepEqual(forwardedAddresses(`198.51.100.1,${filler}x`, 1), []);
    }
  });

  it('counts an IPv4 address for itself and IPv6 by /64', () => {
    for (const [address, counted] of [
      ['198.51.100.1', '198.51.100.1'],
      ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
      ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
      ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
      ['::1', '0:0:0:0::/64'],
      ['1::', '1:0:0:0::/64'],
      ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
      ['', ''],
    ] as const) assert.equal(countedAs(address), counted);
  });

  it('tells networks apart by their first 64 bits, however an address is written', () => {
    fc.assert(fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
      const counted = [one, other].map(text => countedAs(addressOf(text) ?? ''));
      assert.deepEqual(counted, [one, other].map(text => countedAs(addressOf(canonical(text)) ?? '')));
      if (counted.every(key => key.endsWith('::/64'))) assert.equal(counted[0] === counted[1], first64(one) === first64(other));
    }), { seed: 10 });
  });
});

/** An address as the URL standard writes it. */
function canonical(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function first64(address: string): string {
  const [before, after = ''] = canonical(address).split('::').map(part => part.split(':').filter(Boolean).map(group => group.padStart(4, '0')).join(''));
  return (before.padEnd(32 - after.length, '0') + after).slice(0, 16);
}
