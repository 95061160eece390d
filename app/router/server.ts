import type { Application } from 'egg';
import * as accessToken from '../controller/server/accessToken';
import * as doctor from '../controller/server/diagnosis';
import * as follow from '../controller/server/follow';
import * as files from '../controller/server/media';
import * as menu from '../controller/server/menu';
import * as message from '../controller/server/message';
import * as diagnosis from '../schema/diagnosis';
import * as media from '../schema/media';
import * as messages from '../schema/messages';
import * as schema from '../schema/server';
import { mountAll } from './mount';

/** Routes that the team's other backends call. */
export default (app: Application) => {
  mountAll(app, schema, { ...accessToken, ...follow, ...menu });
  mountAll(app, diagnosis, doctor);
  mountAll(app, messages, message);
  mountAll(app, media, files);
};
