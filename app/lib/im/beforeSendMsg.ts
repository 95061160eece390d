import { TimeoutError, within } from '../async/within';
import type { ImMessage } from './callback';

/** The answer of the team's hook about a message. */
export type BeforeSendMsgVerdict = { allow: true } | { allow: false; errorCode?: number; errorInfo?: string };

/** The team's hook: see docs/hooks.md. */
export type BeforeSendMsgHook = (message: ImMessage) => Promise<BeforeSendMsgVerdict>;

/** The answer to `C2C.CallbackBeforeSendMsg`: 0 allows, 1 refuses, 2 drops silently, 120001–130000 tell the client ErrorInfo. */
export interface BeforeSendMsgAnswer {
  ErrorCode: number;
  ErrorInfo: string;
}

/** Without a hook every message may be sent. */
export const allowAll: BeforeSendMsgHook = async () => ({ allow: true });

/** Milliseconds that the hook may take; IM itself waits 2 s. */
export const HOOK_TIMEOUT_MS = 1_000;
const LONGEST_INFO = 1_024;
export const ALLOWED: BeforeSendMsgAnswer = { ErrorCode: 0, ErrorInfo: '' };

/**
 * Asks the hook. A hook that fails, takes too long or gives an invalid answer does not stop the message.
 * @param onProblem called with what was wrong with the hook
 * @see https://trtc.io/document/34364
 */
export async function askHook(hook: BeforeSendMsgHook, message: ImMessage, onProblem: (problem: Error) => void): Promise<BeforeSendMsgAnswer> {
  try {
    const verdict = await within(HOOK_TIMEOUT_MS, Promise.resolve(message).then(hook));
    if (verdict?.allow === true) return ALLOWED;
    if (verdict?.allow !== false) throw new TypeError('the hook must return { allow: true } or { allow: false }');
    const { errorCode = 1, errorInfo = '' } = verdict;
    if (isErrorCode(errorCode)) return { ErrorCode: errorCode, ErrorInfo: String(errorInfo).slice(0, LONGEST_INFO) };
    onProblem(new TypeError('errorCode must be 1, 2 or from 120001 to 130000: 1 is answered'));
    return { ErrorCode: 1, ErrorInfo: '' };
  } catch (error) {
    onProblem(error instanceof TimeoutError ? new Error(`the hook took longer than ${HOOK_TIMEOUT_MS} ms: the message passes`) : error as Error);
    return ALLOWED;
  }
}

function isErrorCode(code: unknown): code is number {
  return code === 1 || code === 2 || (Number.isInteger(code) && Number(code) >= 120_001 && Number(code) <= 130_000);
}
