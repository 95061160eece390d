import { startProject } from '../lib/project.mjs';
import { startServer } from '../lib/server.mjs';

/** The name that the hub shows; the bare servers need none. */
export const API_KEY = 'bench-api-key';

const project = ({ wechat, ...options }) => startProject({ ...options, env: { WECHAT_API_BASE: wechat.base, API_KEYS: API_KEY } });
const server = file => ({ wechat, ...options }) => startServer({ ...options, file: new URL(`servers/${file}`, import.meta.url), env: { BENCH_WECHAT: wechat.base } });

export const CONTESTANTS = [
  { id: 'a', name: 'this project', path: '/api/server/messages/subscribe', start: project },
  { id: 'b', name: 'node:http + driver, claiming one', path: '/', start: server('one.mjs') },
  { id: 'c', name: 'the same, claiming 200', path: '/', start: server('many.mjs') },
];
