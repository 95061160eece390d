import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { LookupAddress } from 'node:dns';

/**
 * IPv4 addresses that are not on the public internet.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
 */
const SPECIAL_V4 = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3],
] as const;

/**
 * Of IPv6, 2000::/3 is assigned to the public internet; these ranges in it are not public (tunnels to an IPv4 address
 * among them). Everything else is refused: loopback, IPv4-mapped, NAT64, unique local, link-local, multicast.
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml
 */
const PUBLIC_V6 = ['2000::', 3] as const;
const SPECIAL_V6 = [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const;

const special = new BlockList();
for (const [net, prefix] of SPECIAL_V4) special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of SPECIAL_V6) special.addSubnet(net, prefix, 'ipv6');
const global = new BlockList();
global.addSubnet(...PUBLIC_V6, 'ipv6');

/** Whether a text is an address of the public internet. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) marks an address of the local link.
  return version === 6 && !address.includes('%') && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/**
 * The addresses of a host.
 * @return none when any of them is not public: the name may have been made to lead inside
 * @throws when the name cannot be resolved
 */
export async function publicAddresses(host: string): Promise<LookupAddress[]> {
  const addresses = await lookup(host, { all: true, verbatim: true });
  return addresses.every(({ address }) => isPublicAddress(address)) ? addresses : [];
}
