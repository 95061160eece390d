import { z } from 'zod';
import { defineRoute } from './route';

export const showScene = defineRoute({
  method: 'get',
  path: '/api/scene/:scene',
  tag: 'mini-program',
  summary: { en: 'What stands behind a mini-program code', zh: '查询小程序码对应的内容' },
  description: 'For the page that the code has opened, with the `scene` that it got, URL-encoded. Counts the scan. A code of another mini-program, or one whose time is over, is `NOT_FOUND`.',
  auth: 'session',
  params: z.object({ scene: z.string().min(1).max(32).describe('As the page got it, decoded once').meta({ examples: ['Xq3vT9bLw0aZ'] }) }),
  data: z.object({
    payload: z.unknown().describe('What the code was made with; null for one that was made with a scene').meta({ examples: [{ table: 7 }] }),
  }),
  errors: ['NOT_FOUND'],
});
