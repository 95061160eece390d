import { parse, type ParsedUrlQuery } from 'node:querystring';
import type { Application, Request } from 'egg';
import { addressOf, forwardedAddresses } from '../lib/http/clientAddress';

const IPS = Symbol('ips');
const IP = Symbol('ip');

interface Own extends Pick<Request, 'get' | 'ips' | 'querystring'> {
  app: Application;
  socket: { remoteAddress?: string; encrypted?: boolean };
  [IPS]?: string[];
  [IP]?: string;
}

/**
 * Egg's own getters split headers by a regular expression that takes quadratic time for blanks; these take linear time.
 */
export default {
  /**
   * The query, with the first value of a repeated name, parsed at each access: the same result as Egg's getter at a
   * third of the cost.
   */
  get query(): Record<string, string> {
    return firstValues(parse((this as unknown as Own).querystring));
  },

  /** The addresses that our own proxies saw (TRUST_PROXY_HOPS), the client's first; empty without proxies. */
  get ips(): string[] {
    const request = this as unknown as Own;
    request[IPS] ??= forwardedAddresses(request.get('x-forwarded-for'), request.app.environment.trustProxyHops);
    return request[IPS];
  },

  /** The client's address: as the outermost of our proxies saw it, else that of the connection. */
  get ip(): string {
    const request = this as unknown as Own;
    request[IP] ??= request.ips[0] ?? addressOf(request.socket.remoteAddress ?? '') ?? '';
    return request[IP];
  },

  set ip(address: string) {
    (this as unknown as Own)[IP] = address;
  },

  /** The host, with its port, that the client asked for. */
  get host(): string {
    return firstItem((this as unknown as Own).get('host'));
  },

  /** `https` where the connection to us, or to our outermost proxy, is encrypted. */
  get protocol(): string {
    const request = this as unknown as Own;
    if (request.socket.encrypted) return 'https';
    const forwarded = request.app.environment.trustProxyHops > 0 && firstItem(request.get('x-forwarded-proto'));
    return forwarded || 'http';
  },
};

function firstItem(list: string): string {
  return list.split(',', 1)[0].trim();
}

function firstValues(query: ParsedUrlQuery): Record<string, string> {
  for (const name in query) {
    const value = query[name];
    if (Array.isArray(value)) query[name] = value[0];
  }
  return query as Record<string, string>;
}
