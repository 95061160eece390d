import type { Application } from 'egg';
import * as conversations from '../controller/console/conversations';
import * as events from '../controller/console/events';
import * as overview from '../controller/console/overview';
import * as tags from '../controller/console/tags';
import * as users from '../controller/console/users';
import * as conversationsSchema from '../schema/console/conversations';
import * as eventsSchema from '../schema/console/events';
import * as overviewSchema from '../schema/console/overview';
import * as tagsSchema from '../schema/console/tags';
import * as usersSchema from '../schema/console/users';
import { mountAll } from './mount';

/** What the console's pages ask about people, and how it goes. */
export default (app: Application) => {
  mountAll(app, overviewSchema, overview);
  mountAll(app, usersSchema, users);
  mountAll(app, conversationsSchema, conversations);
  mountAll(app, eventsSchema, events);
  mountAll(app, tagsSchema, tags);
};
