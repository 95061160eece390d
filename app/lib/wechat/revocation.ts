import type { PushRecord } from './push/message';

/** The events by which WeChat reports that a person has withdrawn data. */
export const REVOCATION_EVENTS = ['user_info_modified', 'user_authorization_revoke', 'user_authorization_cancellation'] as const;

/**
 * The kinds of data that a person may withdraw, by WeChat's numbers: of mini-programs, of web pages (2…) and of apps
 * (301).
 */
const BY_NUMBER: Readonly<Record<string, readonly string[]>> = {
  1: ['licensePlate'], 2: ['address'], 3: ['invoice'], 4: ['bluetooth'], 5: ['microphone'], 6: ['nickname', 'avatar'], 7: ['camera'], 8: ['phone'],
  12: ['werun'], 13: ['location'], 14: ['album'], 15: ['files'], 16: ['email'], 18: ['chosenLocation'], 19: ['nickname'], 20: ['avatar'],
  201: ['address'], 202: ['invoice'], 203: ['card'], 204: ['microphone'], 205: ['nickname', 'avatar'], 206: ['location'], 207: ['album'],
  301: ['everything'],
};

/** The withdrawn data. */
export interface Revocation {
  /** In words; `everything` is all data that the person has let WeChat share, `account` the person's account. */
  revoked: string[];
  /** RevokeInfo, where the event has it. */
  revokeInfo?: string;
}

/**
 * Reads an event of REVOCATION_EVENTS.
 * @return undefined when it is another event, or does not name the person: its sender is the platform
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/event_push/platform/authorized_user_information_changes
 * @see https://developers.weixin.qq.com/doc/service/guide/h5/authorization_change.md
 */
export function readRevocation({ event, payload }: { event?: string; payload: PushRecord }): Revocation | undefined {
  if (![payload.OpenID, payload.OpenId].some(id => typeof id === 'string' && id !== '')) return undefined;
  if (event === 'user_info_modified') return { revoked: ['nickname', 'avatar'] };
  if (event === 'user_authorization_cancellation') return { revoked: ['account'] };
  if (event !== 'user_authorization_revoke') return undefined;
  const revokeInfo = typeof payload.RevokeInfo === 'string' ? payload.RevokeInfo.slice(0, 256) : '';
  const numbers = revokeInfo.match(/\d{1,9}/g) ?? [];
  const revoked = [...new Set(numbers.flatMap(number => BY_NUMBER[number] ?? ['other']))];
  return { revoked, revokeInfo };
}
