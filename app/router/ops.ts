import type { Application } from 'egg';
import * as docs from '../controller/docs';
import * as ops from '../controller/ops';
import * as docsSchema from '../schema/docs';
import * as schema from '../schema/ops';
import { mountAll } from './mount';

/** Routes that operators and their tools call. */
export default (app: Application) => {
  const files = app.middleware.static(app.config.static, app);
  mountAll(app, docsSchema, docs);
  mountAll(app, schema, { ...ops, publicFile: ctx => files(ctx, async () => undefined) });
};
