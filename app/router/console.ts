import type { Application } from 'egg';
import * as admins from '../controller/console/admins';
import * as apps from '../controller/console/apps';
import * as audit from '../controller/console/audit';
import * as exportFiles from '../controller/console/export';
import * as jobs from '../controller/console/jobs';
import * as outbox from '../controller/console/outbox';
import * as page from '../controller/console/page';
import * as rules from '../controller/console/rules';
import * as session from '../controller/console/session';
import * as adminsSchema from '../schema/console/admins';
import * as appsSchema from '../schema/console/apps';
import * as auditSchema from '../schema/console/audit';
import * as exportSchema from '../schema/console/export';
import * as jobsSchema from '../schema/console/jobs';
import * as outboxSchema from '../schema/console/outbox';
import * as pageSchema from '../schema/console/page';
import * as rulesSchema from '../schema/console/rules';
import * as sessionSchema from '../schema/console/session';
import mountPeople from './consolePeople';
import { mountAll } from './mount';

/** Routes of the console's pages. */
export default (app: Application) => {
  mountAll(app, sessionSchema, session);
  mountAll(app, rulesSchema, rules);
  mountAll(app, outboxSchema, outbox);
  mountAll(app, appsSchema, apps);
  mountAll(app, jobsSchema, jobs);
  mountAll(app, adminsSchema, admins);
  mountAll(app, auditSchema, audit);
  mountAll(app, exportSchema, exportFiles);
  mountPeople(app);
  // Mounted last, because it answers everything below /console.
  mountAll(app, pageSchema, page);
};
