import type { Application } from 'egg';
import * as sandbox from '../controller/sandbox';
import * as schema from '../schema/sandbox';
import { mountAll } from './mount';

/** Calls of the simulated WeChat's own interface, handed on to it. */
export default (app: Application) => mountAll(app, schema, sandbox);
