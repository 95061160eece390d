import type { Env } from './env';

/** All secrets of the configuration, which no line of the log may hold, in each spelling. */
export function secretsOf({ apps, apiKeys, im, webhook, admin, embedded, dataKey, dataKeysOld, mongodbUrl }: Env): string[] {
  const keys = [...(dataKey ? [dataKey] : []), ...dataKeysOld].map(key => key.toString('base64'));
  const found = [
    ...apps.flatMap(({ secret, token, aesKey }) => [secret, token, aesKey]),
    ...apiKeys, im?.secretKey, im?.callbackToken, webhook?.secret, admin.password, embedded.password, ...keys, ...passwordsOf(mongodbUrl),
  ];
  return found.filter(secret => secret !== undefined && secret !== '') as string[];
}

/** The password of a connection string, as it is written there and decoded. */
function passwordsOf(url: string | undefined): string[] {
  const written = /^[^/]+\/\/[^:@/]*:([^@/]*)@/.exec(url ?? '')?.[1];
  if (!written) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
