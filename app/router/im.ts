import type { Application } from 'egg';
import * as account from '../controller/im/account';
import * as callback from '../controller/im/callback';
import * as login from '../controller/im/login';
import * as schema from '../schema/im';
import { mountAll } from './mount';

/** Routes for Tencent IM: the callback that IM calls, and what mini-programs and other backends call. */
export default (app: Application) => mountAll(app, schema, { ...account, ...callback, ...login });
