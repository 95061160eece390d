import { presentTemplate } from '../../presenter/template';
import type * as schema from '../../schema/console/templates';
import type { Handler } from '../../schema/route';

/** Lists the subscription templates of an app. */
export const listTemplates: Handler<typeof schema.listTemplates> = async (ctx, { query }) => (
  (await ctx.service.template.list(query.appid)).map(found => {
    const { templateId: id, appid, title, fields, longTerm } = presentTemplate(found);
    return { id, appid, title: title ?? id, fields, longTerm };
  })
);

/** Searches WeChat's library. */
export const searchLibrary: Handler<typeof schema.searchLibrary> = async (ctx, { query }) => {
  const { items } = await ctx.service.templateLibrary.search(query.q, query.appid);
  return items.map(({ tid, title, keywords }) => ({ tid, title, keywords }));
};

/** Takes a template from the library. */
export const addTemplate: Handler<typeof schema.addTemplate> = async (ctx, { body }) => {
  await ctx.service.audit.record({ who: ctx.admin.name, action: 'template.create', target: body.tid, detail: { ...body } });
  const { _id: id } = await ctx.service.template.add(body);
  return { id };
};

/** Removes a template. */
export const removeTemplate: Handler<typeof schema.removeTemplate> = async (ctx, { params, query }) => {
  await ctx.service.audit.record({ who: ctx.admin.name, action: 'template.delete', target: params.id });
  await ctx.service.template.remove(params.id, query.appid);
  return null;
};
