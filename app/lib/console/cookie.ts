/** The name of the console's cookie, as contract and documentation give it. */
export const COOKIE = 'weapp_hub_console';

const VALUE = new RegExp(`(?:^|; *)${COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`);

/** The token of the console's cookie in a Cookie header; undefined when there is none. */
export function cookieToken(header: string): string | undefined {
  return VALUE.exec(header.slice(0, 8_192))?.[1];
}

/**
 * The Set-Cookie header that keeps a token in the browser, for the console's own pages only.
 * @param token an empty text makes the browser forget it
 * @param seconds how long the browser keeps it
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie
 */
export function setCookie(token: string, seconds: number, secure: boolean): string {
  return `${COOKIE}=${token}; Path=/console; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
