import type { Application } from 'egg';
import * as schema from '../schema/ops';

/** What operators and their tools call. */
export default (app: Application) => {
  const { router, controller: { ops } } = app;
  router.get(schema.home.path, ops.home);
  router.get(schema.healthz.path, ops.healthz);
  router.get(schema.readyz.path, ops.readyz);
  router.get(schema.metrics.path, ops.metrics);
  router.get(schema.openapi.path, ops.openapi);
  router.get(schema.publicFile.path, app.middleware.static(app.config.static, app));
};
