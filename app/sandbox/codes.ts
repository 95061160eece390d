import { makeRoom } from './makeRoom';
import { randomId } from './random';

const CODE_LIMIT = 100_000;

export interface LoginCode { kind: 'login'; highRisk: boolean }
export interface OauthCode { kind: 'oauth'; scope: 'snsapi_base' | 'snsapi_userinfo'; snapshot: boolean }
export interface PhoneCode { kind: 'phone'; phoneNumber: string; countryCode: string }
export type CodePurpose = LoginCode | OauthCode | PhoneCode;
export type Code<P extends CodePurpose = CodePurpose> = P & { appid: string; openid: string; expiresAt: number; used: boolean };

/** The one-time codes that phones were given. Bounded: the oldest goes first. */
export class Codes {
  private readonly codes = new Map<string, Code>();

  issue(purpose: CodePurpose, owner: { appid: string; openid: string }, expiresAt: number): string {
    makeRoom(this.codes, CODE_LIMIT);
    const text = purpose.kind === 'phone' ? randomId(64) : `0${randomId(31)}`;
    this.codes.set(text, { ...purpose, ...owner, expiresAt, used: false });
    return text;
  }

  /** The code as it stands, whoever owns it and used or not. */
  peek(text: string): Code | undefined {
    return this.codes.get(text);
  }

  /** Uses a code up. `invalid`: never issued to this app for this purpose, or too old; `used`: a second time. */
  redeem<K extends CodePurpose['kind']>(
    kind: K, text: string, appid: string, now: number,
  ): Code<Extract<CodePurpose, { kind: K }>> | 'invalid' | 'used' {
    const code = this.codes.get(text);
    if (!isOf(code, kind) || code.appid !== appid) return 'invalid';
    if (code.used) return 'used';
    if (code.expiresAt <= now) return 'invalid';
    code.used = true;
    return code;
  }

  clear(): void {
    this.codes.clear();
  }
}

function isOf<K extends CodePurpose['kind']>(
  code: Code | undefined, kind: K,
): code is Code<Extract<CodePurpose, { kind: K }>> {
  return code?.kind === kind;
}
