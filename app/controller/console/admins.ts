import { presentAdmin } from '../../presenter/console';
import type * as schema from '../../schema/console/admins';
import type { Handler } from '../../schema/route';

/** Lists those who may sign in to the console. */
export const listAdmins: Handler<typeof schema.listAdmins> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.admin.list(query);
  return { items: items.map(presentAdmin), next };
};

/** Adds an administrator or agent. */
export const createAdmin: Handler<typeof schema.createAdmin> = async (ctx, { body }) => (
  presentAdmin(await ctx.service.console.admin.create(body.username, body.password, body.role))
);

/** Changes a password or a role. */
export const changeAdmin: Handler<typeof schema.changeAdmin> = async (ctx, { body, params }) => (
  presentAdmin(await ctx.service.console.admin.change(params.name, body))
);

/** Removes an administrator or agent. */
export const removeAdmin: Handler<typeof schema.removeAdmin> = async (ctx, { params }) => {
  await ctx.service.console.admin.remove(params.name);
  return null;
};
