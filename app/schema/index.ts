import { consoleRoutes } from './console';
import * as codes from './codes';
import * as diagnosis from './diagnosis';
import * as media from './media';
import * as im from './im';
import * as jobs from './jobs';
import * as messages from './messages';
import * as mini from './mini';
import * as ops from './ops';
import * as people from './people';
import * as push from './push';
import * as rights from './rights';
import * as sandbox from './sandbox';
import * as scene from './scene';
import * as security from './security';
import * as server from './server';
import * as tags from './tags';
import * as templates from './templates';
import type { RouteSpec } from './route';

/** Every operation of the HTTP interface. */
const groups = [mini, scene, rights, push, im, messages, media, codes, security, server, people, templates, tags, jobs, diagnosis, ops, sandbox];
export const routes: readonly RouteSpec[] = [...groups.flatMap(group => Object.values(group) as RouteSpec[]), ...consoleRoutes];
