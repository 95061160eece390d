import type { Application } from 'egg';
import * as diagnosis from '../schema/diagnosis';
import * as media from '../schema/media';
import * as im from '../schema/im';
import * as messages from '../schema/messages';
import * as schema from '../schema/server';

/** What the team's other backends call. */
export default (app: Application) => {
  const { router, controller, middleware } = app;
  const apiKey = middleware.apiKey(null, app);
  const { accessToken, diagnosis: doctor, follow, media: files, menu, message } = controller.server;
  router.put(im.mapImAccount.path, apiKey, controller.im.account.replace);
  router.post(im.imOnline.path, apiKey, controller.im.account.online);
  router.get(schema.showFollow.path, apiKey, follow.show);
  router.get(schema.showAccessToken.path, apiKey, accessToken.show);
  router.get(schema.showMenu.path, apiKey, menu.show);
  router.put(schema.replaceMenu.path, apiKey, menu.replace);
  router.delete(schema.deleteMenu.path, apiKey, menu.remove);
  router.get(diagnosis.diagnose.path, apiKey, doctor.show);
  router.post(diagnosis.diagnoseCall.path, apiKey, doctor.call);
  router.post(messages.sendCustom.path, apiKey, message.custom);
  router.post(messages.sendSubscribe.path, apiKey, message.subscribe);
  router.post(media.uploadMedia.path, apiKey, files.upload);
  router.post(messages.typing.path, apiKey, message.typing);
  router.get(messages.showMessage.path, apiKey, message.show);
  router.post(messages.redrive.path, apiKey, message.redrive);
};
