import { z } from 'zod';
import { openid, unionid } from './fields';
import { copyAnswer, person, userIdParam } from './person';
import { defineRoute } from './route';

const sought = z.object({
  openid: openid.optional().describe('Of any app'),
  unionid: unionid.optional(),
  phone: z.string().min(4).max(32).optional().describe('Whole: `13800001234`, or with its country code, `+8613800001234`'),
}).refine(who => Object.values(who).filter(value => value !== undefined).length === 1, 'send one of openid, unionid and phone');

export const findPerson = defineRoute({
  method: 'get',
  path: '/api/server/users',
  tag: 'server',
  summary: 'Find a person by openid, unionid or phone number',
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
  summary: 'A person',
  auth: 'apiKey',
  params: userIdParam,
  data: person,
  errors: ['NOT_FOUND'],
});

export const showPhone = defineRoute({
  method: 'get',
  path: '/api/server/users/:userId/phone',
  tag: 'server',
  summary: 'A person\'s phone number in clear',
  description: 'That it was asked for stands in `auditLog` before it is answered.',
  auth: 'apiKey',
  params: userIdParam,
  data: z.object({ phoneNumber: z.string().describe('With the country code where it is not 86'), purePhoneNumber: z.string(), countryCode: z.string() }),
  errors: ['NOT_FOUND'],
});

export const erasePerson = defineRoute({
  method: 'delete',
  path: '/api/server/users/:userId',
  tag: 'server',
  summary: 'Erase a person',
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
  summary: 'A copy of all that is kept of a person',
  description: 'As `GET /api/me/export`. That it was asked for stands in `auditLog`: it has the phone number.',
  auth: 'apiKey',
  params: userIdParam,
  answers: copyAnswer,
  errors: ['NOT_FOUND'],
});
