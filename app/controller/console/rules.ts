import { presentRule } from '../../presenter/consoleRule';
import type * as schema from '../../schema/console/rules';
import type { Handler } from '../../schema/route';

/** Lists the reply rules. */
export const listRules: Handler<typeof schema.listRules> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.rule.list(query);
  return { items: items.map(presentRule), next };
};

/** Adds a rule. */
export const createRule: Handler<typeof schema.createRule> = async (ctx, { body }) => presentRule(await ctx.service.console.rule.create(body));

/** Changes a rule. */
export const changeRule: Handler<typeof schema.changeRule> = async (ctx, { params, body }) => presentRule(await ctx.service.console.rule.change(params.id, body));

/** Removes a rule. */
export const removeRule: Handler<typeof schema.removeRule> = async (ctx, { params }) => {
  await ctx.service.console.rule.remove(params.id);
  return null;
};

/** Changes the order of the rules. */
export const orderRules: Handler<typeof schema.orderRules> = async (ctx, { body }) => ({ items: (await ctx.service.console.rule.order(body.ids)).map(presentRule) });

/** Tells which rule would answer a message. */
export const tryRules: Handler<typeof schema.tryRules> = async (ctx, { body }) => {
  const { rule, reply, before } = await ctx.service.console.rule.try(body);
  return { ruleId: rule?._id ?? null, reply, before: before.map(({ rule: { _id }, why }) => ({ ruleId: _id, why })) };
};
