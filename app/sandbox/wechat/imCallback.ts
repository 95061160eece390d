import { hash, randomInt } from 'node:crypto';
import type { PushAnswer } from '../push/sender';
import type { World } from '../world';
import { isObject } from './endpoint';

const CALLBACK_TIMEOUT = 2_000;
const CALLBACK_PATH = '/im/callback';

export type OptPlatform = 'RESTAPI' | 'Web' | 'Android' | 'iOS';
export interface ImMessage { from: string; to: string; body: object[]; cloudCustomData?: string }
export interface CallbackResult { command: string; url: string; body: string; answered: PushAnswer }

/**
 * Calls the application back as Tencent Cloud does, signed when there is a token.
 * https://trtc.io/document/34354
 */
export async function callBack(world: World, CallbackCommand: string, body: object, OptPlatform: OptPlatform): Promise<CallbackResult> {
  const { sdkAppId, callbackToken } = world.im ?? { sdkAppId: 0, callbackToken: undefined };
  const query = new URLSearchParams({
    SdkAppid: String(sdkAppId), CallbackCommand, contenttype: 'json', ClientIP: '127.0.0.1', OptPlatform,
  });
  if (callbackToken !== undefined) {
    const RequestTime = String(Math.floor(Date.now() / 1000));
    query.set('Sign', hash('sha256', callbackToken + RequestTime));
    query.set('RequestTime', RequestTime);
  }
  const url = `${world.pushTo}${CALLBACK_PATH}?${query}`;
  const text = JSON.stringify({ CallbackCommand, ...body });
  return { command: CallbackCommand, url, body: text, answered: await world.sender.post(url, text, 'application/json', CALLBACK_TIMEOUT) };
}

/**
 * A one-to-one message: C2C.CallbackBeforeSendMsg, which may stop it, then C2C.CallbackAfterSendMsg.
 * The first one's silence lets the message pass.
 * https://trtc.io/document/34364 and https://trtc.io/document/34365
 */
export function deliverMessage(world: World, { from, to, body, cloudCustomData = '' }: ImMessage, platform: OptPlatform) {
  const MsgTime = Math.floor(Date.now() / 1000);
  const MsgSeq = randomInt(1, 2 ** 31);
  const MsgRandom = randomInt(1, 2 ** 31);
  const MsgKey = `${MsgSeq}_${MsgRandom}_${MsgTime}`;
  const message = {
    From_Account: from, To_Account: to, MsgSeq, MsgRandom, MsgTime, MsgKey, MsgId: `144115${MsgTime}-${MsgTime}-${MsgRandom}`,
    OnlineOnlyFlag: 0, MsgBody: body, CloudCustomData: cloudCustomData,
  };
  const run = async () => {
    const before = await callBack(world, 'C2C.CallbackBeforeSendMsg', { ...message, EventTime: Date.now() }, platform);
    if (!isAllowed(before.answered)) return { delivered: false, callbacks: [before] };
    const result = { SendMsgResult: 0, ErrorInfo: 'send msg succeed', UnreadMsgNum: 1, EventTime: Date.now() };
    const after = await callBack(world, 'C2C.CallbackAfterSendMsg', { ...message, ...result }, platform);
    return { delivered: true, callbacks: [before, after] };
  };
  return { MsgTime, MsgKey, callbacks: run() };
}

function isAllowed({ status, body }: PushAnswer): boolean {
  if (status !== 200) return true;
  try {
    const answer: unknown = JSON.parse(body);
    return !isObject(answer) || answer.ErrorCode === undefined || answer.ErrorCode === 0;
  } catch {
    return true;
  }
}
