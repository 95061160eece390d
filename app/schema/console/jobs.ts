import { z } from 'zod';
import { defineRoute } from '../route';
import { jobId, time } from './fields';
import { listQuery, page } from './list';

const STATES = ['running', 'paused', 'stopped', 'done', 'failed'] as const;
const kind = z.string().min(1).max(64).regex(/^[A-Za-z]+(\.[A-Za-z]+)*$/, 'must be letters and dots');
const params = z.object({ id: z.string().min(1).max(128).regex(/^[A-Za-z0-9:_-]+$/, 'must be letters, digits, :, _ or -').meta({ description: 'Of the job', examples: ['1d1cd7c0-9c2f-4a59-ae6c-3b3a0f6d1f55'] }) });

const job = z.object({
  id: jobId,
  kind: z.string().meta({ description: 'What is done', examples: ['outbox.redrive'] }),
  state: z.enum(STATES).meta({ description: 'Where it stands', examples: ['running'] }),
  total: z.number().int().meta({ description: 'How many there were to do when it began', examples: [1200] }),
  done: z.number().int().meta({ description: 'How many are done', examples: [800] }),
  failed: z.number().int().meta({ description: 'How many could not be done', examples: [3] }),
  errors: z.record(z.string(), z.number()).meta({ description: 'How many could not be done for which reason', examples: [{ 43101: 3 }] }),
  createdBy: z.string().meta({ description: 'Who asked for it', examples: ['lihua'] }),
  createdAt: time('When'),
  endedAt: time('When it was ended').nullable(),
});

export const listJobs = defineRoute({
  method: 'get',
  path: '/console/api/jobs',
  tag: 'console',
  summary: { en: 'Long work, newest first', zh: '列出后台任务，最新的在前' },
  auth: 'admin',
  query: listQuery({ kind: kind.meta({ description: 'Of which kind', examples: ['outbox.redrive'] }) }),
  data: page(job),
});

export const showJob = defineRoute({
  method: 'get',
  path: '/console/api/jobs/:id',
  tag: 'console',
  summary: { en: 'How far a job is', zh: '查看任务进度' },
  auth: 'agent',
  params,
  data: job,
  errors: ['NOT_FOUND'],
});

export const changeJob = defineRoute({
  method: 'patch',
  path: '/console/api/jobs/:id',
  tag: 'console',
  summary: { en: 'Pause a job, go on with it, or stop it', zh: '暂停、继续或停止任务' },
  description: 'What has ended stays ended.',
  auth: 'admin',
  params,
  body: z.object({ state: z.enum(['running', 'paused', 'stopped'], 'must be running, paused or stopped').meta({ description: 'The wanted state', examples: ['paused'] }) }),
  data: job,
  errors: ['NOT_FOUND'],
});
