import type { Application } from 'egg';
import * as accessToken from '../controller/server/accessToken';
import * as codes from '../controller/server/codes';
import * as doctor from '../controller/server/diagnosis';
import * as follow from '../controller/server/follow';
import * as files from '../controller/server/media';
import * as menu from '../controller/server/menu';
import * as job from '../controller/server/job';
import * as message from '../controller/server/message';
import * as persons from '../controller/server/people';
import * as tag from '../controller/server/tag';
import * as template from '../controller/server/template';
import * as security from '../controller/server/security';
import * as codeSchema from '../schema/codes';
import * as diagnosis from '../schema/diagnosis';
import * as jobs from '../schema/jobs';
import * as media from '../schema/media';
import * as messages from '../schema/messages';
import * as people from '../schema/people';
import * as securitySchema from '../schema/security';
import * as schema from '../schema/server';
import * as tags from '../schema/tags';
import * as templates from '../schema/templates';
import { mountAll } from './mount';

/** Routes that the team's other backends call. */
export default (app: Application) => {
  mountAll(app, schema, { ...accessToken, ...follow, ...menu });
  mountAll(app, diagnosis, doctor);
  mountAll(app, messages, message);
  mountAll(app, media, files);
  mountAll(app, people, persons);
  mountAll(app, templates, template);
  mountAll(app, tags, tag);
  mountAll(app, jobs, job);
  mountAll(app, codeSchema, codes);
  mountAll(app, securitySchema, security);
};
