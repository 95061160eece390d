import { maskCall } from '../wechat/maskCall';

/** A shorter secret could be any word, so it is not replaced. */
const SHORTEST = 8;
const BEARER = /\bBearer\s+[A-Za-z0-9._~+/=-]+/gi;
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^@/\s"']+@/gi;
/** A mobile number of mainland China, with its country code or without; its last four digits may be shown. */
const MOBILE = /(?<![\w.-])(?:\+?86-?)?1[3-9]\d{5}(\d{4})(?![\w-]|\.\d)/g;

/** Removes secrets from texts for the log: configured ones, wherever they stand, and texts that look like one. */
export class Redactor {
  private readonly known?: RegExp;

  /** @param secrets values that no line may hold */
  constructor(secrets: readonly string[]) {
    const long = [...new Set(secrets)].filter(secret => secret.length >= SHORTEST).sort((one, other) => other.length - one.length);
    const forms = long.flatMap(secret => [...new Set([secret, encodeURIComponent(secret)])]);
    if (forms.length > 0) this.known = new RegExp(forms.map(form => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  }

  /** The text with `***` for each secret. */
  clean(text: string): string {
    const without = this.known ? text.replace(this.known, '***') : text;
    return maskCall(without).replace(BEARER, 'Bearer ***').replace(USER_INFO, '$1***@').replace(MOBILE, '***$1');
  }
}
