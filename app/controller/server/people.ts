import { presentPerson } from '../../presenter/person';
import { answerCopy } from '../../presenter/personCopy';
import type * as schema from '../../schema/people';
import type { Handler } from '../../schema/route';

/** The name of API callers in the audit log. */
const WHO = 'api';

/** Finds a person. */
export const findPerson: Handler<typeof schema.findPerson> = async (ctx, { query }) => presentPerson(await ctx.service.people.find(query));

/** Shows a person. */
export const showPerson: Handler<typeof schema.showPerson> = async (ctx, { params }) => presentPerson(await ctx.service.people.byId(params.userId));

/** Answers a phone number in clear. */
export const showPhone: Handler<typeof schema.showPhone> = async (ctx, { params }) => {
  ctx.set('cache-control', 'no-store');
  return ctx.service.people.phoneOf(params.userId, WHO);
};

/** Erases a person. */
export const erasePerson: Handler<typeof schema.erasePerson> = async (ctx, { params }) => {
  await ctx.service.erasure.ofUser(params.userId, WHO);
  return null;
};

/** Answers a copy of all data of a person. */
export const exportPerson: Handler<typeof schema.exportPerson> = async (ctx, { params }) => {
  const { _id } = await ctx.service.people.user(params.userId);
  await ctx.service.audit.record({ who: WHO, action: 'user.export', target: _id });
  answerCopy(ctx, await ctx.service.personCopy.ofUser(_id), _id);
};
