import type { Env } from '../../config/env';

/** Settings that work, but should be changed: one line each, for the log of the start. */
export function warningsOf({ im }: Env): string[] {
  if (!im || im.callbackToken !== undefined) return [];
  return ['ANYONE MAY CALL /im/callback, and make this server notify people: IM_CALLBACK_TOKEN is not set. Set the authentication token of the callbacks in the IM console, and here.'];
}
