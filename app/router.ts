import type { Application } from 'egg';
import { loadCustomRouter } from './custom/load';
import console from './router/console';
import im from './router/im';
import mini from './router/mini';
import ops from './router/ops';
import push from './router/push';
import server from './router/server';
import sandbox from './router/sandbox';

export default (app: Application) => {
  push(app);
  im(app);
  mini(app);
  server(app);
  console(app);
  ops(app);
  if (app.environment.sandbox) sandbox(app);
  // Last: where the team's code and the hub have the same path, the hub answers.
  loadCustomRouter(app);
};
