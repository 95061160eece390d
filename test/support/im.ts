import { hash } from 'node:crypto';

/** The IM application of the shared test app. */
export const IM = { sdkAppId: 1400000000, secretKey: 'test-im-secret', callbackToken: 'test-im-token' };

export interface CallbackOptions {
  /** Seconds from now. */
  age?: number;
  token?: string;
  sdkAppId?: number;
  unsigned?: boolean;
  platform?: string;
}

/** The query of Tencent IM's calls, written from the official description. */
export function callbackQuery(command: string, { age = 0, token = IM.callbackToken, sdkAppId = IM.sdkAppId, unsigned, platform = 'Web' }: CallbackOptions = {}): string {
  const query = new URLSearchParams({ SdkAppid: String(sdkAppId), CallbackCommand: command, contenttype: 'json', ClientIP: '127.0.0.1', OptPlatform: platform });
  if (!unsigned) {
    const RequestTime = String(Math.floor(Date.now() / 1000) - age);
    query.set('Sign', hash('sha256', token + RequestTime));
    query.set('RequestTime', RequestTime);
  }
  return String(query);
}

export interface CallbackAnswer {
  status: number;
  ms: number;
  answer: { ActionStatus: string; ErrorCode: number; ErrorInfo: string };
}

/** One callback, with its answer. */
export async function callBack(hub: { url: string }, command: string, body: unknown, options?: CallbackOptions): Promise<CallbackAnswer> {
  const began = Date.now();
  const response = await fetch(`${hub.url}/im/callback?${callbackQuery(command, options)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() as CallbackAnswer['answer'], ms: Date.now() - began };
}

let messages = 0;

/** A one-to-one message as IM describes it. */
export function imMessage(from: string, to: string, text: string, more: object = {}): object {
  const MsgSeq = ++messages;
  const MsgTime = Math.floor(Date.now() / 1000);
  return {
    From_Account: from, To_Account: to, MsgSeq, MsgRandom: 2837546, MsgTime, MsgKey: `${MsgSeq}_2837546_${MsgTime}`, OnlineOnlyFlag: 0,
    MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: text } }], SendMsgResult: 0, ErrorInfo: 'send msg succeed', EventTime: Date.now(), ...more,
  };
}

/** A person comes online or leaves. */
export function stateChange(userId: string, action: 'Login' | 'Logout' | 'Disconnect', at = Date.now()): object {
  const Reason = { Login: 'Register', Logout: 'Unregister', Disconnect: 'LinkClose' }[action];
  return { CallbackCommand: 'State.StateChange', EventTime: at, Info: { Action: action, To_Account: userId, Reason } };
}
