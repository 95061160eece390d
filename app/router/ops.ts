import type { Application } from 'egg';
import * as schema from '../schema/ops';

/** What operators and their tools call. */
export default ({ router, controller }: Application) => {
  const { ops } = controller;
  router.get(schema.healthz.path, ops.healthz);
  router.get(schema.readyz.path, ops.readyz);
  router.get(schema.metrics.path, ops.metrics);
  router.get(schema.openapi.path, ops.openapi);
};
