import type { Application } from 'egg';
import * as admins from '../controller/console/admins';
import * as audit from '../controller/console/audit';
import * as jobs from '../controller/console/jobs';
import * as outbox from '../controller/console/outbox';
import * as rules from '../controller/console/rules';
import * as session from '../controller/console/session';
import * as adminsSchema from '../schema/console/admins';
import * as auditSchema from '../schema/console/audit';
import * as jobsSchema from '../schema/console/jobs';
import * as outboxSchema from '../schema/console/outbox';
import * as rulesSchema from '../schema/console/rules';
import * as sessionSchema from '../schema/console/session';
import { mountAll } from './mount';

/** What the console's pages call. */
export default (app: Application) => {
  mountAll(app, sessionSchema, session);
  mountAll(app, rulesSchema, rules);
  mountAll(app, outboxSchema, outbox);
  mountAll(app, jobsSchema, jobs);
  mountAll(app, adminsSchema, admins);
  mountAll(app, auditSchema, audit);
};
