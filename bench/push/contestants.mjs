import { startProject } from '../lib/project.mjs';
import { startServer } from '../lib/server.mjs';

const server = file => options => startServer({ ...options, file: new URL(`servers/${file}`, import.meta.url) });

/** The contestants: each listens at `path` and answers what `accepts` takes. Each stores into `messages`. */
export const CONTESTANTS = [
  { id: 'a', name: 'this project', path: '/message/check', accepts: body => body === 'success', start: startProject },
  { id: 'b', name: 'node:http + saxes + driver, insertOne', path: '/', accepts: body => body === 'success', start: server('bare.mjs') },
  { id: 'c', name: 'the same, inserts grouped', path: '/', accepts: body => body === 'success', start: server('grouped.mjs') },
  { id: 'd', name: 'Koa + co-wechat + Mongoose', path: '/', accepts: body => body === '', start: server('koa.mjs') },
];
