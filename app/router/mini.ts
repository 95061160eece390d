import type { Application } from 'egg';
import * as im from '../schema/im';
import * as schema from '../schema/mini';

/** What mini-programs and web pages call. */
export default ({ router, controller, middleware }: Application) => {
  const session = middleware.clientSession();
  const limit = middleware.loginLimit();
  const { follow, me, openData, session: sessions, subscription } = controller.mini;
  router.post(schema.login.path, limit, sessions.login);
  router.post(schema.webLogin.path, limit, sessions.webLogin);
  router.post(schema.unionId.path, session, openData.unionId);
  router.post(schema.phone.path, session, openData.phone);
  router.get(schema.follow.path, session, follow.show);
  router.get(schema.subscriptions.path, session, subscription.list);
  router.get(schema.me.path, session, me.show);
  router.post(im.imUserSig.path, session, controller.im.login.userSig);
  router.post(schema.checkSession.path, session, sessions.check);
  router.post(schema.logout.path, session, sessions.logout);
  router.post(schema.logoutAll.path, session, sessions.logoutAll);
};
