import { verifyUserSig } from '../../lib/im/userSig';
import type { SandboxIm } from '../world';
import { isObject, text } from './endpoint';
import type { Endpoint, Query, WechatCall } from './endpoint';
import { deliverMessage } from './imCallback';

const QUERY_LIMIT = 500;

/** https://trtc.io/document/34348 */
const ERRORS: Record<number, string> = {
  60002: 'HTTP parse error: the method must be POST',
  60003: 'HTTP request JSON parse error',
  60010: 'the identifier is not an app admin',
  60012: 'sdkappid is missing or unknown',
  70001: 'UserSig expired',
  70003: 'UserSig is illegal: it may be truncated',
  70009: 'UserSig verification failed',
  70013: 'the identifier does not match UserSig',
  70014: 'the sdkappid does not match UserSig',
  70107: 'the account does not exist',
  70402: 'the request has illegal parameters',
  90001: 'the request body lacks a field',
  90010: 'To_Account does not exist',
  90011: 'more than 500 accounts at once',
};
const USER_SIG_ERRORS = { malformed: 70003, forged: 70009, sdkappid: 70014, identifier: 70013, expired: 70001 };

class ImRefusal extends Error {
  constructor(readonly errorCode: number) {
    super(ERRORS[errorCode]);
    this.name = 'ImRefusal';
  }
}

/**
 * Who is online. 90011 more than 500; unknown accounts come back in ErrorList with 70107.
 * https://trtc.io/document/35477
 */
function queryOnlineStatus({ world, body }: WechatCall): object {
  const accounts = body.To_Account;
  if (!Array.isArray(accounts) || accounts.length === 0) throw new ImRefusal(90001);
  if (accounts.length > QUERY_LIMIT) throw new ImRefusal(90011);
  const QueryResult: object[] = [];
  const ErrorList: object[] = [];
  for (const To_Account of accounts.map(String)) {
    const Status = world.imAccounts.stateOf(To_Account);
    if (Status === undefined) ErrorList.push({ To_Account, ErrorCode: 70107 });
    else if (body.IsNeedDetail !== 1 || Status === 'Offline') QueryResult.push({ To_Account, Status });
    else QueryResult.push({ To_Account, Status, Detail: [{ Platform: 'Web', Status }] });
  }
  return { QueryResult, ...ErrorList.length === 0 ? {} : { ErrorList } };
}

/** Makes an account. 70402 without an id of 1 to 32 bytes. https://trtc.io/document/34953 */
function accountImport({ world, body }: WechatCall): object {
  const userId = text(body.UserID) || text(body.Identifier);
  if (userId === '' || Buffer.byteLength(userId) > 32) throw new ImRefusal(70402);
  world.imAccounts.import(userId);
  return {};
}

/** A message in somebody's name; the callbacks fire with OptPlatform=RESTAPI. 90001, 90010. https://trtc.io/document/34919 */
function sendmsg({ world, body }: WechatCall): object {
  const to = text(body.To_Account);
  if (to === '' || !Array.isArray(body.MsgBody) || !body.MsgBody.every(isObject)) throw new ImRefusal(90001);
  if (world.imAccounts.stateOf(to) === undefined) throw new ImRefusal(90010);
  const from = text(body.From_Account) || world.im?.admin || '';
  const message = { from, to, body: body.MsgBody, cloudCustomData: text(body.CloudCustomData) };
  const { MsgTime, MsgKey, callbacks } = deliverMessage(world, message, 'RESTAPI');
  // The REST answer does not wait for the callbacks; they report nothing but their own result.
  callbacks.catch(() => undefined);
  return { MsgTime, MsgKey };
}

type ImHandler = (call: WechatCall) => object;

/** Checks the query of a REST call, and puts its answer into IM's frame. */
function imEndpoint(path: string, handle: ImHandler): Endpoint {
  return {
    method: 'POST', path, auth: 'im',
    handle(call) {
      try {
        checkCredentials(call.world.im, call.query, call.world.now());
        if (call.method !== 'POST') throw new ImRefusal(60002);
        if (!call.hasJson) throw new ImRefusal(60003);
        return { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0, ...handle(call) };
      } catch (error) {
        if (!(error instanceof ImRefusal)) throw error;
        return { ActionStatus: 'FAIL', ErrorInfo: error.message, ErrorCode: error.errorCode };
      }
    },
  };
}

function checkCredentials(im: SandboxIm | undefined, { sdkappid, identifier, usersig }: Query, now: number): void {
  if (!im || sdkappid !== String(im.sdkAppId)) throw new ImRefusal(60012);
  const verdict = verifyUserSig({
    sdkAppId: im.sdkAppId, secretKey: im.secretKey, userId: identifier ?? '', userSig: usersig ?? '', now,
  });
  if (verdict !== 'ok') throw new ImRefusal(USER_SIG_ERRORS[verdict]);
  if (identifier !== im.admin) throw new ImRefusal(60010);
}

export const imEndpoints: Endpoint[] = [
  imEndpoint('/v4/openim/query_online_status', queryOnlineStatus),
  imEndpoint('/v4/im_open_login_svc/account_import', accountImport),
  imEndpoint('/v4/openim/sendmsg', sendmsg),
];
