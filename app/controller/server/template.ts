import { presentTemplate } from '../../presenter/template';
import type { Handler } from '../../schema/route';
import type * as schema from '../../schema/templates';

/** Lists the subscription templates of an app. */
export const listTemplates: Handler<typeof schema.listTemplates> = async (ctx, { query }) => (
  (await ctx.service.template.list(query.appid)).map(presentTemplate)
);

/** Searches WeChat's library. */
export const searchTemplateLibrary: Handler<typeof schema.searchTemplateLibrary> = (ctx, { query }) => ctx.service.templateLibrary.search(query.q, query.appid);

/** Takes a template from the library. */
export const addTemplate: Handler<typeof schema.addTemplate> = async (ctx, { body, query }) => (
  presentTemplate(await ctx.service.template.add({ ...query, ...body }))
);

/** Removes a template. */
export const deleteTemplate: Handler<typeof schema.deleteTemplate> = async (ctx, { params, query }) => {
  await ctx.service.template.remove(params.id, query.appid);
  return null;
};
