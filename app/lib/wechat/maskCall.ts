/**
 * Names, in addresses and bodies of WeChat's calls, of values that are never shown: secrets, tokens, codes and phone
 * numbers.
 */
const NAMES = '(?:component_)?(?:app_?)?secret|[a-z_]*access_token|[a-z_]*refresh_token|session_key|sig(?:nature)?|paysig|usersig|ticket|[a-z_]*verify_ticket|js_code|code|encrypteddata|iv|[a-z]*phone[a-z_]*|mobile_no|email_address|authorization_code';

const IN_JSON = new RegExp(`(\\\\*")(${NAMES})\\1(\\s*:\\s*)(?:\\1.*?(?:\\1|$)|[^\\s,}\\]{["\\\\]+)`, 'gis');
const IN_QUERY = new RegExp(`(^|[?&\\s])(${NAMES})=[^&\\s"]*`, 'gi');
const IN_XML = new RegExp(`<(${NAMES})>.*?(?:</\\1>|$)`, 'gis');
const LONGEST = 8_192;

/** The address or body of a call as it may be shown: secrets become `***`, long texts are cut. */
export function maskCall(text: string): string {
  const masked = text.slice(0, LONGEST * 2)
    .replace(IN_JSON, (_whole, quote: string, name: string, colon: string) => `${quote}${name}${quote}${colon}${quote}***${quote}`)
    .replace(IN_QUERY, '$1$2=***')
    .replace(IN_XML, '<$1>***</$1>');
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked;
}
