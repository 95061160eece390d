import { defineRoute } from './route';

/** The sandbox has an interface of its own; the server only hands calls on to it. */
function handedOn(method: 'get' | 'post' | 'delete') {
  return defineRoute({
    method,
    path: '/sandbox/api/*',
    tag: 'sandbox',
    summary: 'The simulated WeChat: codes, pushes, faults, call history',
    description: 'Only when the sandbox is on. See docs/sandbox.md for each call.',
    auth: 'none',
    answers: { 200: { type: 'application/json', description: 'The envelope' } },
  });
}

export const sandboxGet = handedOn('get');
export const sandboxPost = handedOn('post');
export const sandboxDelete = handedOn('delete');
