import { hash, randomBytes, randomInt } from 'node:crypto';

/** An identifier as WeChat writes them: letters, digits, `-` and `_`. */
export function randomId(length: number): string {
  return randomBytes(Math.ceil(length * 3 / 4)).toString('base64url').slice(0, length);
}

export function randomOpenid(): string {
  return `o${randomId(27)}`;
}

export function randomSessionKey(): string {
  return randomBytes(16).toString('base64');
}

/** A mainland mobile number out of a range that is not in use. */
export function randomPhoneNumber(): string {
  return `1700${String(randomInt(10_000_000)).padStart(7, '0')}`;
}

/** The account's original id (`gh_…`), which pushes name as ToUserName. */
export function originalId(appid: string): string {
  return `gh_${hash('sha256', appid).slice(0, 12)}`;
}

/** `rid: …` as WeChat appends it to every errmsg. */
export function randomRid(): string {
  const hex = randomBytes(12).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16)}`;
}

let messageNumber = 0n;

/** A MsgId: 17 digits and more, beyond 2^53, never the same twice. */
export function nextMsgId(): string {
  messageNumber += 1n;
  return String(BigInt(Date.now()) * 10_000_000n + 20_000_000_000_000_000n + messageNumber);
}
