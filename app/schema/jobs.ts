import { z } from 'zod';
import { isoTime } from './fields';
import { defineRoute } from './route';

const count = (description: string, example: number) => z.number().int().meta({ description, examples: [example] });

export const showJob = defineRoute({
  method: 'get',
  path: '/api/server/jobs/:id',
  tag: 'server',
  summary: { en: 'How far long work has come', zh: '查看后台任务进度' },
  description: 'Done by one process at a time, gone on with after a crash. Kept for 180 days once it has ended.',
  auth: 'apiKey',
  params: z.object({ id: z.string().min(1).max(128).meta({ description: 'The `jobId` that the call has answered', examples: ['0b8f6a0e-6a34-4d1c-9a55-0f6f7f6f3c11'] }) }),
  data: z.object({
    id: z.string().meta({ description: 'The same id', examples: ['0b8f6a0e-6a34-4d1c-9a55-0f6f7f6f3c11'] }),
    kind: z.string().meta({ description: 'What is done', examples: ['tag.users'] }),
    state: z.enum(['running', 'paused', 'stopped', 'done', 'failed']).meta({ description: '`failed`: it could not be done to its end; what was done counts', examples: ['running'] }),
    total: count('How many there are to do, as counted before the work began', 1_200),
    done: count('How many are done', 500),
    failed: count('How many could not be done', 1),
    errors: z.record(z.string(), z.number().int()).optional().meta({ description: 'How many failed for which reason, such as an errcode', examples: [{ 40003: 1 }] }),
    lastError: z.string().optional().meta({ description: 'Why a step failed last; a running job tries it again', examples: ['/cgi-bin/tags/members/batchtagging: 45011 api minute-quota reach limit'] }),
    createdAt: isoTime,
    endedAt: isoTime.nullable().describe('null while it has not ended'),
  }),
  errors: ['NOT_FOUND'],
});
