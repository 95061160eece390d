import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupAddress } from 'node:dns';
import { AppError } from '../errors';
import type { Message } from '../language/message';
import { publicAddresses } from './publicAddress';

export interface FetchOptions {
  /** Most bytes. */
  limit: number;
  /** Milliseconds for the whole download. */
  timeout: number;
  /** Resolves a host to the addresses that may be connected to; none when it is not public. */
  resolve?: (host: string) => Promise<LookupAddress[]>;
}

export interface Fetched {
  bytes: Buffer;
  contentType: string;
}

/**
 * Downloads a file from the public internet. It connects to an address that was checked, even when the name resolves to
 * another one meanwhile; redirects are not followed.
 * @throws {AppError} INVALID_ARGUMENT that says why: not http(s), not public, not there, too large, too slow
 */
export async function fetchPublic(text: string, { limit, timeout, resolve = publicAddresses }: FetchOptions): Promise<Fetched> {
  const url = readUrl(text);
  const signal = AbortSignal.timeout(timeout);
  try {
    const addresses = await Promise.race([resolve(hostOf(url)), aborted(signal)]);
    if (addresses.length === 0) throw refusal({ key: 'urlNotPublic' });
    return await read(await connect(url, addresses, signal), limit);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw signal.aborted ? refusal({ key: 'urlTooSlow', params: { seconds: timeout / 1000 } }) : refusal({ key: 'urlUnreachable' });
  }
}

/**
 * An http(s) address without a user name or password.
 * @throws {AppError} INVALID_ARGUMENT
 */
export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw refusal({ key: 'urlNotHttp' });
  if (url.username !== '' || url.password !== '') throw refusal({ key: 'urlWithPassword' });
  return url;
}

/** The host of an address, without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function connect(url: URL, addresses: LookupAddress[], signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'weapp-hub' },
      // A new connection: a kept one could be to an address that was checked for another name.
      agent: false,
      // The name is not resolved again. The address in a URL without a name has been checked.
      lookup: (_host, { all }, found) => (all ? found(null, addresses) : found(null, addresses[0].address, addresses[0].family)),
      signal,
    });
    outgoing.once('response', resolve).once('error', reject).end();
  });
}

async function read(response: IncomingMessage, limit: number): Promise<Fetched> {
  try {
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400) throw refusal({ key: 'urlRedirects' });
    if (statusCode !== 200) throw refusal({ key: 'urlStatus', params: { status: statusCode } });
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw refusal({ key: 'urlCompressed' });
    const tooLarge = () => refusal({ key: 'fileTooLarge', params: { name: 'url', limit } });
    if (Number(headers['content-length'] ?? 0) > limit) throw tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks, size), contentType: headers['content-type'] ?? '' };
  } finally {
    response.destroy();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

function refusal(message: Message): AppError {
  return new AppError('INVALID_ARGUMENT', message);
}
