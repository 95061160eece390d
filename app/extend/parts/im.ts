import { join } from 'node:path';
import { Coalesced } from '../../lib/async/coalesced';
import { allowAll } from '../../lib/im/beforeSendMsg';
import { ImClient } from '../../lib/im/client';
import { requireIm } from '../../lib/im/off';
import { UserSigs } from '../../lib/im/userSigs';
import { Spool } from '../../lib/spool/spool';
import { Pace } from '../../lib/async/pace';
import { one } from './one';
import { environment } from './environment';
import { upstream } from './upstream';

export const imApi = one(app => upstream(app, environment(app).imApiBase));
// IM takes 200 queries a second from the whole application: the workers divide them.
export const imClient = one(app => new ImClient({
  ...requireIm(environment(app).im), client: imApi(app), pace: new Pace(Math.max(200 / environment(app).workers, 1)),
}));
export const userSigs = one(app => new UserSigs(requireIm(environment(app).im)));
export const imNotices = one(app => new Coalesced(() => app.createAnonymousContext().service.im.notice.sendDue()));
export const imSpool = one(app => new Spool(join(environment(app).spoolDir, 'im')));
export const hooks = one(() => ({ beforeSendMsg: allowAll }));
