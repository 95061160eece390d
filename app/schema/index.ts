import * as diagnosis from './diagnosis';
import * as media from './media';
import * as im from './im';
import * as messages from './messages';
import * as mini from './mini';
import * as ops from './ops';
import * as push from './push';
import * as sandbox from './sandbox';
import * as server from './server';
import type { RouteSpec } from './route';

/** Every operation of the HTTP interface. */
export const routes: readonly RouteSpec[] = [mini, push, im, messages, media, server, diagnosis, ops, sandbox].flatMap(group => Object.values(group) as RouteSpec[]);
