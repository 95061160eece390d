import { maskCall } from '../lib/wechat/maskCall';
import type { CallRecord } from '../lib/wechat/endpoints/diagnosis';

/** A call as WeChat has kept it, without what is secret in it. */
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
