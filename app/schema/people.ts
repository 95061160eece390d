import { z } from 'zod';
import { openid, phoneNumber, unionid } from './fields';
import { copyAnswer, person, userIdParam } from './person';
import { defineRoute } from './route';

const sought = z.object({
  openid: openid.optional().meta({ description: 'Of any app' }),
  unionid: unionid.optional(),
  phone: z.string().min(4).max(32).optional().meta({ description: 'Whole: `13800138000`, or with its country code, `+8613800138000`', examples: ['13800138000'] }),
}).refine(who => Object.values(who).filter(value => value !== undefined).length === 1, 'send one of openid, unionid and phone')
  .meta({ examples: [{ phone: '13800138000' }] });

export const findPerson = defineRoute({
  method: 'get',
  path: '/api/server/users',
  tag: 'server',
  summary: { en: 'Find a person by openid, unionid or phone number', zh: '按 openid、unionid 或手机号查找用户' },
  description: 'Of several people with one phone number, whoever has told it last.',
  auth: 'apiKey',
  query: sought,
  data: person,
  errors: ['NOT_FOUND'],
});

export const showPerson = defineRoute({
  method: 'get',
  path: '/api/server/users/:userId',
  tag: 'server',
  summary: { en: 'A person', zh: '查询用户' },
  auth: 'apiKey',
  params: userIdParam,
  data: person,
  errors: ['NOT_FOUND'],
});

export const showPhone = defineRoute({
  method: 'get',
  path: '/api/server/users/:userId/phone',
  tag: 'server',
  summary: { en: 'A person\'s phone number in clear', zh: '查询用户的完整手机号' },
  description: 'That it was asked for stands in `auditLog` before it is answered.',
  auth: 'apiKey',
  params: userIdParam,
  data: phoneNumber,
  errors: ['NOT_FOUND'],
});

export const erasePerson = defineRoute({
  method: 'delete',
  path: '/api/server/users/:userId',
  tag: 'server',
  summary: { en: 'Erase a person', zh: '删除用户的数据' },
  description: 'As `DELETE /api/me`; while it is under way, another one waits for the same end.',
  auth: 'apiKey',
  params: userIdParam,
  data: z.null(),
  errors: ['NOT_FOUND'],
});

export const exportPerson = defineRoute({
  method: 'get',
  path: '/api/server/users/:userId/export',
  tag: 'server',
  summary: { en: 'A copy of all that is kept of a person', zh: '导出用户的全部数据' },
  description: 'As `GET /api/me/export`. That it was asked for stands in `auditLog`: it has the phone number.',
  auth: 'apiKey',
  params: userIdParam,
  answers: copyAnswer,
  errors: ['NOT_FOUND'],
});
