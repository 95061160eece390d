import type { Application, Context } from 'egg';
import { z } from 'zod';

const newNote = z.strictObject({ text: z.string('takes a text').trim().min(1, 'must not be empty').max(1000, 'takes 1000 characters at most') });
const whose = z.object({ openid: z.string('takes the openid of a person').min(1, 'takes the openid of a person') });

/** Paths under /api/ speak the envelope; weapp-hub itself never takes one under /api/custom/. */
export default ({ router, hub }: Application) => {
  // For the mini-program: ctx.login says who calls.
  router.post('/api/custom/memos', hub.session, async (ctx: Context) => {
    const { body } = ctx.input({ body: newNote });
    ctx.succeed(await ctx.service.memo.add(ctx.login, body.text));
  });

  router.get('/api/custom/memos', hub.session, async (ctx: Context) => {
    ctx.succeed(await ctx.service.memo.list(ctx.login.openid));
  });

  router.delete('/api/custom/memos/:id', hub.session, async (ctx: Context) => {
    if (!await ctx.service.memo.remove(ctx.login.openid, String(ctx.params.id))) throw hub.fail('NOT_FOUND', 'There is no such memo of yours.');
    ctx.succeed(null);
  });

  // For your other backends, with one of API_KEYS.
  router.get('/api/custom/server/memos', hub.apiKey, async (ctx: Context) => {
    const { query } = ctx.input({ query: whose });
    ctx.succeed(await ctx.service.memo.list(query.openid));
  });
};
