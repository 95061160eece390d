import type { Application } from 'egg';
import * as schema from '../schema/push';

/** What WeChat calls. */
export default ({ router, controller }: Application) => {
  const { message } = controller.push;
  router.get(schema.verifyMessageCheck.path, message.verifyMiniprogram);
  router.get(schema.verifyMessageCheckOf.path, message.verifyMiniprogram);
  router.post(schema.messageCheck.path, message.receiveMiniprogram);
  router.post(schema.messageCheckOf.path, message.receiveMiniprogram);
  router.get(schema.verifyOfficialCallback.path, message.verifyOfficial);
  router.get(schema.verifyOfficialCallbackOf.path, message.verifyOfficial);
  router.post(schema.officialCallback.path, message.receiveOfficial);
  router.post(schema.officialCallbackOf.path, message.receiveOfficial);
};
