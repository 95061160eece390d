/** The `_id` of whatever there is one of for each person of an app: an openid, a follow, a conversation. */
export function openidKey(appid: string, openid: string): string {
  return `${appid}:${openid}`;
}
