import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { AppError } from '../errors';
import { within } from '../async/within';
import { hostOf, readUrl } from './fetchPublic';
import { publicAddresses } from './publicAddress';

interface Options {
  /** Resolves a host to its addresses; to none when it is not public. Rejects when the name is unknown. */
  resolve?: (host: string) => Promise<LookupAddress[]>;
  /** Milliseconds that resolving the name may take. */
  timeout?: number;
}

/**
 * Names that the public internet never has.
 * @see https://www.iana.org/assignments/special-use-domain-names/special-use-domain-names.xhtml
 */
const NOT_PUBLIC = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|test|example|invalid|onion|alt|home\.arpa)$/i;

/**
 * Refuses an address that another server cannot download from: one that is not on the public internet. A name that this
 * server cannot resolve, because its own name server may not know it, passes when its form is public.
 * @throws {AppError} INVALID_ARGUMENT that says why
 */
export async function requirePublicUrl(text: string, { resolve = publicAddresses, timeout = 2_000 }: Options = {}): Promise<void> {
  const host = hostOf(readUrl(text)).replace(/\.$/, '');
  const named = isIP(host) === 0;
  if (named && (!host.includes('.') || NOT_PUBLIC.test(host))) throw notPublic();
  const addresses = await within(timeout, resolve(host)).catch(() => undefined);
  if (addresses ? addresses.length === 0 : !named) throw notPublic();
}

function notPublic(): AppError {
  return new AppError('INVALID_ARGUMENT', { key: 'urlNotPublic' });
}
