/** Called too often (60007, 60018), time-outs and faults of the server (60008, 60014, 70169, 70202, 70500, 9xxxx). */
const RETRYABLE = new Set([60007, 60008, 60014, 60018, 70169, 70202, 70500, 90992, 90994, 90995, 91000]);

/** UserSig expired, truncated, not verified, of another user, of another application. */
const USER_SIG_REFUSED = new Set([70001, 70003, 70009, 70013, 70014]);

/** A call of the IM REST API that Tencent Cloud refused. Holds no secret. */
export class ImError extends Error {
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;

  constructor(readonly path: string, readonly errcode: number, readonly errmsg: string) {
    super(`${path}: ${errcode} ${errmsg}`);
    this.name = 'ImError';
    this.retryable = RETRYABLE.has(errcode);
  }

  /** Whether IM refused the UserSig rather than the call. */
  get userSigRefused(): boolean {
    return USER_SIG_REFUSED.has(this.errcode);
  }
}
