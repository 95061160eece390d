import type { RouteSpec } from '../route';
import * as admins from './admins';
import * as apps from './apps';
import * as audit from './audit';
import * as exportFiles from './export';
import * as jobs from './jobs';
import * as outbox from './outbox';
import * as page from './page';
import * as rules from './rules';
import * as session from './session';

/** Every operation of the console's interface. */
export const consoleRoutes: readonly RouteSpec[] = [session, rules, outbox, jobs, apps, admins, audit, exportFiles, page].flatMap(group => Object.values(group) as RouteSpec[]);
