import { maskCall } from '../lib/wechat/maskCall';
import type { CallRecord } from '../lib/wechat/endpoints/diagnosis';

/** WeChat's record of a call, with secrets, tokens, codes and phone numbers masked. */
export function presentCallRecord({ invokedAt, costMs, requestUrl, requestBody, responseBody, clientIp }: CallRecord) {
  return {
    invokedAt: invokedAt.toISOString(),
    costMs,
    requestUrl: maskCall(requestUrl),
    requestBody: maskCall(requestBody),
    responseBody: maskCall(responseBody),
    clientIp,
  };
}
