declare module 'tls-sig-api-v2' {
  /** Issues UserSigs for Tencent Cloud IM. */
  export class Api {
    constructor(sdkappid: number, key: string);
    /** @param expire life time in seconds, counted from now */
    genUserSig(userid: string, expire: number): string;
  }
}
