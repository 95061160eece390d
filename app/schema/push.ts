import { z } from 'zod';
import { defineRoute } from './route';

const text = z.string().max(512);
const params = z.object({ appid: z.string().optional() });
const verifyQuery = z.object({ signature: text, timestamp: text, nonce: text, echostr: text.optional() });
const pushQuery = z.object({
  signature: text.optional(), timestamp: text, nonce: text, openid: text.optional(), encrypt_type: text.optional(), msg_signature: text.optional(),
});

const refused = {
  403: { type: 'text/plain', description: 'The signature does not fit, or the timestamp is too far from now' },
  404: { type: 'text/plain', description: 'No such app is configured' },
};

function verification(path: string, summary: string) {
  return defineRoute({
    method: 'get',
    path,
    tag: 'push',
    summary,
    description: 'https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html',
    auth: 'wechat',
    params,
    query: verifyQuery,
    answers: { 200: { type: 'text/plain', description: 'echostr exactly' }, ...refused },
  });
}

function push(path: string, summary: string) {
  return defineRoute({
    method: 'post',
    path,
    tag: 'push',
    summary,
    description: 'A message or event, JSON or XML, plain or encrypted as the app is set to; at most 64 KiB. Answered after it is stored durably; a repeated push gets the same answer and nothing happens twice.',
    auth: 'wechat',
    params,
    query: pushQuery,
    answers: {
      200: { type: 'text/plain', description: '`success`, or a passive reply (XML or JSON as the push was)' },
      400: { type: 'text/plain', description: 'The body is not a push' },
      ...refused,
      413: { type: 'text/plain', description: 'The body is longer than 64 KiB' },
      503: { type: 'text/plain', description: 'It could not be stored: WeChat is to try again' },
    },
  });
}

export const verifyMessageCheck = verification('/message/check', 'URL verification of the default mini-program');
export const verifyMessageCheckOf = verification('/message/check/:appid', 'URL verification of an app');
export const messageCheck = push('/message/check', 'Push for the default mini-program');
export const messageCheckOf = push('/message/check/:appid', 'Push for an app');
export const verifyOfficialCallback = verification('/official/callback', 'URL verification of the default official account');
export const verifyOfficialCallbackOf = verification('/official/callback/:appid', 'URL verification of an app');
export const officialCallback = push('/official/callback', 'Push for the default official account');
export const officialCallbackOf = push('/official/callback/:appid', 'Push for an app');
