import { defineRoute } from './route';

/** The server passes these calls on to the sandbox, which checks and describes them itself (app/sandbox/control). */
function handedOn(method: 'get' | 'post' | 'delete') {
  return defineRoute({
    method,
    path: '/sandbox/api/*',
    tag: 'sandbox',
    summary: { en: 'The simulated WeChat: codes, pushes, faults, call history', zh: '模拟微信：code、推送、故障、调用记录' },
    description: 'Only when the sandbox is on. `GET /sandbox/api/openapi.json` describes each call, docs/sandbox.md shows each. Calls to this machine alone (a loopback Host), as JSON, and none from pages of another origin: else `FORBIDDEN` or `INVALID_ARGUMENT`.',
    auth: 'none',
    answers: { 200: { type: 'application/json', description: 'The envelope' } },
  });
}

export const sandboxGet = handedOn('get');
export const sandboxPost = handedOn('post');
export const sandboxDelete = handedOn('delete');

const answers = {
  200: { type: 'text/html', description: 'The page; below `/sandbox/assets/` its files' },
  404: { type: 'text/plain', description: 'There is no such file, the page was not built, or the sandbox is off' },
};

export const phonePage = defineRoute({
  method: 'get',
  path: '/sandbox',
  tag: 'operations',
  summary: { en: 'The phone: a page on which the simulated WeChat is used as on a phone', zh: '模拟手机：在网页上像用手机一样使用模拟微信' },
  description: 'Only when the sandbox is on: else `NOT_FOUND`.',
  auth: 'none',
  answers,
});

/** After the interface, whose addresses are below this one too. */
export const phoneFile = defineRoute({
  method: 'get', path: '/sandbox/*', tag: 'operations', summary: { en: 'A file of the phone\'s page', zh: '模拟手机页的文件' }, auth: 'none', answers,
});
