import assert from 'node:assert/strict';
import { isPublicAddress, publicAddresses } from '../../../app/lib/http/publicAddress';

describe('lib/http/publicAddress', () => {
  for (const address of ['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '223.255.255.255', '2606:4700::1111', '2400:3200::1']) {
    it(`takes ${address}`, () => assert.equal(isPublicAddress(address), true));
  }

  for (const address of [
    '0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.168.1.1',
    '198.18.0.1', '198.51.100.1', '203.0.113.9', '224.0.0.1', '240.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::7f00:1', '64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', 'fc00::1', 'fd00:ec2::254',
    'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::1', '3fff::1',
    '', 'localhost', '127.1', '0x7f000001', '2130706433', 'example.com',
  ]) {
    it(`refuses ${address || 'nothing'}`, () => assert.equal(isPublicAddress(address), false));
  }

  it('takes no host that leads inside', async () => {
    assert.deepEqual(await publicAddresses('localhost'), []);
    assert.deepEqual(await publicAddresses('127.0.0.1'), []);
    assert.deepEqual(await publicAddresses('8.8.8.8'), [{ address: '8.8.8.8', family: 4 }]);
  });
});
