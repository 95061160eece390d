import type { Application } from 'egg';
import * as message from '../controller/push/message';
import * as schema from '../schema/push';
import { mountAll } from './mount';

/** Routes that WeChat calls. */
export default (app: Application) => mountAll(app, schema, message);
