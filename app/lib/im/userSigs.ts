import { userSig } from './userSig';

export interface IssuedUserSig {
  userSig: string;
  expiresAt: Date;
}

const LIFE = 7 * 86_400;
/** A UserSig with less than this left, in seconds, is not handed out any more. */
const RENEW_AHEAD = 86_400_000;
const MOST = 10_000;

/** Issues UserSigs, and hands out the same one until it nears its expiry. */
export class UserSigs {
  private readonly issued = new Map<string, IssuedUserSig>();

  constructor(private readonly im: { sdkAppId: number; secretKey: string }) {}

  /** @throws {RangeError} when the id is not 1 to 32 printable characters of ASCII */
  of(userId: string): IssuedUserSig {
    const known = this.issued.get(userId);
    if (known && known.expiresAt.getTime() - Date.now() > RENEW_AHEAD) return known;
    // Its seconds are counted from before it is signed: the time that we tell is never later than its own.
    const expiresAt = new Date((Math.floor(Date.now() / 1000) + LIFE) * 1000);
    const issued = { userSig: userSig({ ...this.im, userId, expireSeconds: LIFE }), expiresAt };
    this.issued.delete(userId);
    if (this.issued.size >= MOST) this.issued.delete(this.issued.keys().next().value as string);
    this.issued.set(userId, issued);
    return issued;
  }
}
