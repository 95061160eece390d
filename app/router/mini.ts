import type { Application } from 'egg';
import * as follow from '../controller/mini/follow';
import * as me from '../controller/mini/me';
import * as openData from '../controller/mini/openData';
import * as session from '../controller/mini/session';
import * as subscription from '../controller/mini/subscription';
import * as schema from '../schema/mini';
import { mountAll } from './mount';

/** What mini-programs and web pages call. */
export default (app: Application) => mountAll(app, schema, { ...follow, ...me, ...openData, ...session, ...subscription });
