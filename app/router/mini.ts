import type { Application } from 'egg';
import * as follow from '../controller/mini/follow';
import * as me from '../controller/mini/me';
import * as openData from '../controller/mini/openData';
import * as scene from '../controller/mini/scene';
import * as session from '../controller/mini/session';
import * as subscription from '../controller/mini/subscription';
import * as copies from '../controller/rights';
import * as rights from '../schema/rights';
import * as schema from '../schema/mini';
import * as sceneSchema from '../schema/scene';
import { mountAll } from './mount';

/** Routes of mini-programs and web pages. */
export default (app: Application) => {
  mountAll(app, schema, { ...follow, ...me, ...openData, ...session, ...subscription });
  mountAll(app, rights, { ...copies });
  mountAll(app, sceneSchema, scene);
};
