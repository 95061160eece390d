import type { Application } from 'egg';
import * as schema from '../schema/sandbox';

/** Calls of the simulated WeChat's own interface, handed on to it. */
export default ({ router, controller }: Application) => {
  const { sandbox } = controller;
  router.get(schema.sandboxGet.path, sandbox.handOn);
  router.post(schema.sandboxPost.path, sandbox.handOn);
  router.delete(schema.sandboxDelete.path, sandbox.handOn);
};
