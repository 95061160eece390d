import { z } from 'zod';
import { defineRoute } from '../route';
import { time, username } from './fields';
import { listQuery, page } from './list';

const action = z.string().min(1).max(64).regex(/^[A-Za-z]+(\.[A-Za-z]+)*$/, 'must be of the form thing.verb');

export const listAudit = defineRoute({
  method: 'get',
  path: '/console/api/audit',
  tag: 'console',
  summary: { en: 'Who has done what, newest first', zh: '操作记录，最新的在前' },
  description: 'Kept for 2 years.',
  auth: 'admin',
  query: listQuery({
    who: username.optional().meta({ description: 'Only what this name has done', examples: ['lihua'] }),
    action: action.optional().meta({ description: 'Only this action', examples: ['rule.update'] }),
  }),
  data: page(z.object({
    id: z.string().meta({ description: 'Of the line', examples: ['a1f6c9d8-0f0e-4a3c-9a38-0c8dd41b8f44'] }),
    at: time('When'),
    who: z.string().meta({ description: 'A name of the console; `api` for an API key, `person` for a person by themselves, `system`', examples: ['lihua'] }),
    action: z.string().meta({ description: '`<thing>.<verb>`', examples: ['rule.update'] }),
    target: z.string().meta({ description: 'Id of what it was done to', examples: ['5b0b5d52-98c4-4a5c-9f4b-5a8f7a5b3c11'] }),
    detail: z.record(z.string(), z.unknown()).nullable().meta({ description: 'More of it, without secrets', examples: [{ fields: ['reply'] }] }),
  })),
});
