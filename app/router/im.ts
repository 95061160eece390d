import type { Application } from 'egg';
import * as account from '../controller/im/account';
import * as callback from '../controller/im/callback';
import * as login from '../controller/im/login';
import * as schema from '../schema/im';
import { mountAll } from './mount';

/** What has to do with Tencent IM: its callback, and calls of mini-programs and other backends. */
export default (app: Application) => mountAll(app, schema, { ...account, ...callback, ...login });
