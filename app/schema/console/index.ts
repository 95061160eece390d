import type { RouteSpec } from '../route';
import * as admins from './admins';
import * as apps from './apps';
import * as audit from './audit';
import * as broadcasts from './broadcasts';
import * as conversations from './conversations';
import * as events from './events';
import * as exportFiles from './export';
import * as jobs from './jobs';
import * as outbox from './outbox';
import * as overview from './overview';
import * as page from './page';
import * as qrcodes from './qrcodes';
import * as rules from './rules';
import * as session from './session';
import * as tags from './tags';
import * as templates from './templates';
import * as users from './users';

/** Every operation of the console's interface. */
export const consoleRoutes: readonly RouteSpec[] = [
  session, overview, users, conversations, events, rules, outbox, jobs, apps, templates, broadcasts, qrcodes, tags, admins, audit, exportFiles, page,
].flatMap(group => Object.values(group) as RouteSpec[]);
