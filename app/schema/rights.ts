import { z } from 'zod';
import { copyAnswer } from './person';
import { defineRoute } from './route';

export const eraseMe = defineRoute({
  method: 'delete',
  path: '/api/me',
  tag: 'mini-program',
  summary: { en: 'Erase the person who is logged in', zh: '删除当前用户的数据' },
  description: 'In all apps: every document is removed or emptied, the sessions end, nothing that waits is sent. Answered when it is done, or after 8 s, when it goes on by itself. Then `user.erased` is told. Who logs in afterwards is somebody new.',
  auth: 'session',
  data: z.null(),
});

export const exportMe = defineRoute({
  method: 'get',
  path: '/api/me/export',
  tag: 'mini-program',
  summary: { en: 'A copy of all that is kept of the person who is logged in', zh: '导出当前用户的全部数据' },
  auth: 'session',
  answers: copyAnswer,
});
