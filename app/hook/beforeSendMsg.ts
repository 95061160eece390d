import type { BeforeSendMsgHook } from '../lib/im/beforeSendMsg';

/**
 * Decides whether a one-to-one IM message may be sent. Yours to change: see docs/hooks.md.
 * As shipped, every message may.
 */
const beforeSendMsg: BeforeSendMsgHook = async () => ({ allow: true });

export default beforeSendMsg;
