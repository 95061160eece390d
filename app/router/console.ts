import type { Application } from 'egg';
import * as admins from '../controller/console/admins';
import * as audit from '../controller/console/audit';
import * as conversations from '../controller/console/conversations';
import * as events from '../controller/console/events';
import * as jobs from '../controller/console/jobs';
import * as overview from '../controller/console/overview';
import * as session from '../controller/console/session';
import * as tags from '../controller/console/tags';
import * as users from '../controller/console/users';
import * as adminsSchema from '../schema/console/admins';
import * as auditSchema from '../schema/console/audit';
import * as conversationsSchema from '../schema/console/conversations';
import * as eventsSchema from '../schema/console/events';
import * as jobsSchema from '../schema/console/jobs';
import * as overviewSchema from '../schema/console/overview';
import * as sessionSchema from '../schema/console/session';
import * as tagsSchema from '../schema/console/tags';
import * as usersSchema from '../schema/console/users';
import { mountAll } from './mount';

/** What the console's pages call. */
export default (app: Application) => {
  mountAll(app, sessionSchema, session);
  mountAll(app, jobsSchema, jobs);
  mountAll(app, adminsSchema, admins);
  mountAll(app, auditSchema, audit);
  mountAll(app, overviewSchema, overview);
  mountAll(app, usersSchema, users);
  mountAll(app, conversationsSchema, conversations);
  mountAll(app, eventsSchema, events);
  mountAll(app, tagsSchema, tags);
};
