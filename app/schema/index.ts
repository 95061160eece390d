import * as codes from './codes';
import * as diagnosis from './diagnosis';
import * as media from './media';
import * as im from './im';
import * as messages from './messages';
import * as mini from './mini';
import * as ops from './ops';
import * as push from './push';
import * as sandbox from './sandbox';
import * as scene from './scene';
import * as security from './security';
import * as server from './server';
import type { RouteSpec } from './route';

/** Every operation of the HTTP interface. */
export const routes: readonly RouteSpec[] = [mini, scene, push, im, messages, media, codes, security, server, diagnosis, ops, sandbox].flatMap(group => Object.values(group) as RouteSpec[]);
