import { presentListed, presentNote, presentWhole } from '../../presenter/console/person';
import { answerCopy } from '../../presenter/personCopy';
import type * as schema from '../../schema/console/users';
import type { Handler } from '../../schema/route';

/** Finds people. */
export const listUsers: Handler<typeof schema.listUsers> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.people.list(query);
  return { items: items.map(presentListed), next };
};

/** Shows all that is known of a person. */
export const showUser: Handler<typeof schema.showUser> = async (ctx, { params, query }) => presentWhole(await ctx.service.console.person.show(params.id, query.before));

/** Erases a person. */
export const eraseUser: Handler<typeof schema.eraseUser> = async (ctx, { params }) => {
  await ctx.service.erasure.ofUser(params.id, ctx.admin.name);
  return null;
};

/** Answers a copy of all data of a person. */
export const exportUser: Handler<typeof schema.exportUser> = async (ctx, { params }) => {
  const { _id } = await ctx.service.people.user(params.id);
  await ctx.service.audit.record({ who: ctx.admin.name, action: 'user.export', target: _id });
  answerCopy(ctx, await ctx.service.personCopy.ofUser(_id), _id);
};

/** Shows a phone number in clear. */
export const showPhone: Handler<typeof schema.showPhone> = (ctx, { params }) => ctx.service.people.phoneOf(params.id, ctx.admin.name);

/** Ends all sessions of a person. */
export const revokeSessions: Handler<typeof schema.revokeSessions> = async (ctx, { params }) => ({ revoked: await ctx.service.console.person.revoke(params.id) });

/** Adds a note about a person. */
export const addNote: Handler<typeof schema.addNote> = async (ctx, { params, body }) => presentNote(await ctx.service.console.person.note(params.id, body.text));
