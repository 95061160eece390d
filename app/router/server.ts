import type { Application } from 'egg';
import * as messages from '../schema/messages';

/** What the team's other backends call. */
export default (app: Application) => {
  const { router, controller, middleware } = app;
  const apiKey = middleware.apiKey(null, app);
  const { message } = controller.server;
  router.post(messages.sendCustom.path, apiKey, message.custom);
  router.post(messages.typing.path, apiKey, message.typing);
  router.get(messages.showMessage.path, apiKey, message.show);
  router.post(messages.redrive.path, apiKey, message.redrive);
};
