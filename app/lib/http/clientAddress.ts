import { isIP, isIPv4, isIPv6 } from 'node:net';

/** The longest address, with its zone, its brackets and a port. */
const LONGEST = 100;

/**
 * The addresses that our own proxies have written into X-Forwarded-For, the client's first. The header is read from its
 * end, in linear time, and no further than our proxies reach: anything before that may be forged.
 * @param header as it came
 * @param hops number of proxies in front
 * @return at most `hops` addresses; nothing before an entry that is no address
 */
export function forwardedAddresses(header: string, hops: number): string[] {
  const addresses: string[] = [];
  for (let end = header.length; addresses.length < hops && end >= 0;) {
    const comma = end === 0 ? -1 : header.lastIndexOf(',', end - 1);
    const address = addressOf(header.slice(comma + 1, end).trim());
    if (address === undefined) break;
    addresses.unshift(address);
    end = comma;
  }
  return addresses;
}

/**
 * An address in its normal form: without brackets, port and zone, and an IPv4 address that is written as an IPv6 one
 * (`::ffff:192.0.2.1`) as IPv4.
 * @return undefined when it is none
 */
export function addressOf(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  const address = text.replace(/^\[([^\]]*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1').replace(/%.*$/, '').toLowerCase();
  if (isIP(address) === 0) return undefined;
  return isIPv6(address) ? mappedIPv4(address) ?? address : address;
}

/**
 * The key under which an address is counted: an IPv4 address itself, IPv6 by /64, which one customer has whole.
 * @param address as `addressOf` gives it; other texts are their own key
 * @see https://www.rfc-editor.org/rfc/rfc6177 (end sites get a /64 or more)
 */
export function countedAs(address: string): string {
  if (!isIPv6(address)) return address;
  return `${groupsOf(address).slice(0, 4).map(group => group.toString(16)).join(':')}::/64`;
}

/** IPv4-mapped addresses. @see https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2 */
function mappedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  if (groups[5] !== 0xffff || groups.slice(0, 5).some(group => group !== 0)) return undefined;
  return [groups[6] >> 8, groups[6] & 0xff, groups[7] >> 8, groups[7] & 0xff].join('.');
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [before, after = []] = address.split('::').map(numbersOf);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function numbersOf(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap(word => {
    if (!isIPv4(word)) return [parseInt(word, 16)];
    const [a, b, c, d] = word.split('.').map(Number);
    return [a << 8 | b, c << 8 | d];
  });
}
