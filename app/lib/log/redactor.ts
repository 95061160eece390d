import { maskCall } from '../wechat/maskCall';

/** A secret that is shorter might be any word. */
const SHORTEST = 8;
const BEARER = /\bBearer\s+[A-Za-z0-9._~+/=-]+/gi;
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^@/\s"']+@/gi;
/** A mobile number of mainland China, with its country code or without; its last four digits may be shown. */
const MOBILE = /(?<![\w.-])(?:\+?86-?)?1[3-9]\d{5}(\d{4})(?![\w-]|\.\d)/g;

/** Takes secrets out of what is about to be logged: those that are configured, wherever they stand, and what looks like one. */
export class Redactor {
  private readonly known?: RegExp;

  /** @param secrets values that no line may hold */
  constructor(secrets: readonly string[]) {
    const long = [...new Set(secrets)].filter(secret => secret.length >= SHORTEST).sort((one, other) => other.length - one.length);
    const forms = long.flatMap(secret => [...new Set([secret, encodeURIComponent(secret)])]);
    if (forms.length > 0) this.known = new RegExp(forms.map(form => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  }

  /** The text with `***` for what is secret. */
  clean(text: string): string {
    const without = this.known ? text.replace(this.known, '***') : text;
    return maskCall(without).replace(BEARER, 'Bearer ***').replace(USER_INFO, '$1***@').replace(MOBILE, '***$1');
  }
}
