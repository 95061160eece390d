import { replyRules, startProject } from '../lib/project.mjs';
import { startServer } from '../lib/server.mjs';

/**
 * The one rule that fits, after others that do not: its reply repeats the text, and thereby names the push that it
 * answers.
 */
const FITTING = {
  _id: 'bench-fitting', order: 100, enabled: true, when: { type: 'text', match: 'contains', text: '订单' },
  reply: { via: 'custom', message: { msgtype: 'text', text: { content: '收到：{{content}}' } } },
};

const project = ({ wechat, ...options }) => startProject({ ...options, rules: [...replyRules(), FITTING], env: { WECHAT_API_BASE: wechat.base } });
const server = file => ({ wechat, ...options }) => startServer({ ...options, file: new URL(`servers/${file}`, import.meta.url), env: { BENCH_WECHAT: wechat.base } });
const success = body => body === 'success';

/** The contestants; `keeps`: whether it stores the replies, in `outbox`. Each stores the pushes into `messages`. */
export const CONTESTANTS = [
  { id: 'a', name: 'this project', path: '/message/check', accepts: success, keeps: true, start: project },
  { id: 'b', name: 'node:http + driver, claiming one', path: '/', accepts: success, keeps: true, start: server('one.mjs') },
  { id: 'c', name: 'the same, claiming 200', path: '/', accepts: success, keeps: true, start: server('many.mjs') },
  { id: 'd', name: 'Koa + co-wechat + Mongoose, co-wechat-api inline', path: '/', accepts: body => body === '', keeps: false, start: server('koa.mjs') },
];
