import type { Application } from 'egg';
import * as sandbox from '../controller/sandbox';
import * as schema from '../schema/sandbox';
import { mountAll } from './mount';

/** Routes of the simulated WeChat's control API: the server passes these calls on to the sandbox. */
export default (app: Application) => mountAll(app, schema, sandbox);
