import type { Application } from 'egg';
import * as broadcasts from '../controller/console/broadcasts';
import * as conversations from '../controller/console/conversations';
import * as events from '../controller/console/events';
import * as overview from '../controller/console/overview';
import * as qrcodes from '../controller/console/qrcodes';
import * as tags from '../controller/console/tags';
import * as templates from '../controller/console/templates';
import * as users from '../controller/console/users';
import * as broadcastsSchema from '../schema/console/broadcasts';
import * as conversationsSchema from '../schema/console/conversations';
import * as eventsSchema from '../schema/console/events';
import * as overviewSchema from '../schema/console/overview';
import * as qrcodesSchema from '../schema/console/qrcodes';
import * as tagsSchema from '../schema/console/tags';
import * as templatesSchema from '../schema/console/templates';
import * as usersSchema from '../schema/console/users';
import { mountAll } from './mount';

/** Routes of the console's pages about people and the overview. */
export default (app: Application) => {
  mountAll(app, overviewSchema, overview);
  mountAll(app, usersSchema, users);
  mountAll(app, conversationsSchema, conversations);
  mountAll(app, eventsSchema, events);
  mountAll(app, templatesSchema, templates);
  mountAll(app, broadcastsSchema, broadcasts);
  mountAll(app, qrcodesSchema, qrcodes);
  mountAll(app, tagsSchema, tags);
};
