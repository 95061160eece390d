import type { Account } from './people';
import { randomSessionKey } from './random';
import type { World } from './world';

/**
 * The session_key that lives: the same one over logins until its time is over, then a new one.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html
 */
export function livingSessionKey(world: World, account: Account): string {
  return isAlive(world, account) && account.sessionKey !== null ? account.sessionKey : renewSessionKey(world, account);
}

/** A new session_key, whatever became of the one before. */
export function renewSessionKey(world: World, account: Account): string {
  account.sessionKey = randomSessionKey();
  account.sessionKeyAt = world.now();
  world.people.changed(account);
  return account.sessionKey;
}

export function isAlive(world: World, { sessionKey, sessionKeyAt }: Account): boolean {
  return sessionKey !== null && world.now() - sessionKeyAt < world.settings.sessionKeySeconds * 1000;
}
