import type { Application } from 'egg';
import * as schema from '../schema/im';

/** What Tencent IM calls. */
export default ({ router, controller }: Application) => {
  router.post(schema.imCallback.path, controller.im.callback.receive);
};
