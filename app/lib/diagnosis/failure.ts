import type { Message } from '../language/message';
import type { UpstreamError } from '../http/upstreamError';

const PEERS = { wechat: { key: 'peerWechat' }, im: { key: 'peerIm' } } as const;

/** Why a call had no readable answer; the error's own message where the cause is something else. */
export function failureOf({ errmsg }: Pick<UpstreamError, 'errmsg'>, peerName: keyof typeof PEERS): string | Message {
  const peer = PEERS[peerName];
  const name = /^the connection to \w+ failed \((.*)\)$/.exec(errmsg)?.[1];
  if (name !== undefined) return { key: 'connectionFailed', params: { peer, name } };
  const status = /^HTTP status (\d+)$/.exec(errmsg)?.[1];
  if (status !== undefined) return { key: 'answeredStatus', params: { peer, status } };
  return errmsg === 'the answer is not JSON' ? { key: 'answeredNoJson', params: { peer } } : errmsg;
}
