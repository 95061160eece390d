/** The `_id` of documents of which there is one per person and app: an openid, a follow, a conversation. */
export function openidKey(appid: string, openid: string): string {
  return `${appid}:${openid}`;
}
