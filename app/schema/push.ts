import { z } from 'zod';
import { defineRoute, type RouteSpec } from './route';

const text = z.string().max(512);
const params = z.object({ appid: z.string().optional().meta({ description: 'AppID', examples: ['wxsandbox0000000001'] }) });
const signature = text.meta({ description: 'SHA-1 of Token, timestamp and nonce, sorted, in hex', examples: ['f464b24fc39322e44b38aa78f5edd27bd1441696'] });
const timestamp = text.meta({ description: 'Seconds since 1970', examples: ['1769851800'] });
const nonce = text.meta({ description: 'A random text', examples: ['4e3f9b1c'] });
const verifyQuery = z.object({
  signature, timestamp, nonce,
  echostr: text.optional().meta({ description: 'What is to be answered', examples: ['4375120948345356249'] }),
});
const pushQuery = z.object({
  signature: signature.optional(),
  timestamp,
  nonce,
  openid: text.optional().meta({ description: 'Of the person; not believed', examples: ['oABcd1234efgh5678ijkl9012mn'] }),
  encrypt_type: text.optional().meta({ description: '`aes` when the body is encrypted', examples: ['aes'] }),
  msg_signature: text.optional().meta({ description: 'SHA-1 of Token, timestamp, nonce and Encrypt, sorted, in hex: required when the app is set to compat or secure', examples: ['046e02f8204d34f8ba5fa3b1db94908f3df2e9b3'] }),
});

const refused = {
  403: { type: 'text/plain', description: 'The signature does not fit, or the timestamp is too far from now' },
  404: { type: 'text/plain', description: 'No such app is configured' },
};

function verification(path: string, summary: RouteSpec['summary']) {
  return defineRoute({
    method: 'get',
    path,
    tag: 'push',
    summary,
    description: 'https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html',
    auth: 'wechat',
    params,
    query: verifyQuery,
    answers: { 200: { type: 'text/plain', description: 'echostr exactly', example: '4375120948345356249' }, ...refused },
  });
}

function push(path: string, summary: RouteSpec['summary']) {
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
      200: { type: 'text/plain', description: '`success`, or a passive reply (XML or JSON as the push was)', example: 'success' },
      400: { type: 'text/plain', description: 'The body is not a push' },
      ...refused,
      413: { type: 'text/plain', description: 'The body is longer than 64 KiB' },
      503: { type: 'text/plain', description: 'It could not be stored: WeChat is to try again' },
    },
  });
}

export const verifyMessageCheck = verification('/message/check', { en: 'URL verification of the default mini-program', zh: '验证默认小程序的推送地址' });
export const verifyMessageCheckOf = verification('/message/check/:appid', { en: 'URL verification of an app', zh: '验证某个应用的推送地址' });
export const messageCheck = push('/message/check', { en: 'Push for the default mini-program', zh: '默认小程序的消息推送' });
export const messageCheckOf = push('/message/check/:appid', { en: 'Push for an app', zh: '某个应用的消息推送' });
export const verifyOfficialCallback = verification('/official/callback', { en: 'URL verification of the default official account', zh: '验证默认公众号的推送地址' });
export const verifyOfficialCallbackOf = verification('/official/callback/:appid', { en: 'URL verification of an app', zh: '验证某个应用的推送地址' });
export const officialCallback = push('/official/callback', { en: 'Push for the default official account', zh: '默认公众号的消息推送' });
export const officialCallbackOf = push('/official/callback/:appid', { en: 'Push for an app', zh: '某个应用的消息推送' });
