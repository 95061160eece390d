import { Controller } from 'egg';
import { requireIm } from '../../lib/im/off';
import { presentImAccount } from '../../presenter/im';
import * as schema from '../../schema/im';

/** IM users, for the team's other backends. */
export default class AccountController extends Controller {
  async replace(): Promise<void> {
    const { app, ctx } = this;
    const { params, body: { appid, ...mapping } } = ctx.input(schema.mapImAccount);
    requireIm(app.environment.im);
    const weapp = app.weapps.require('miniprogram', appid);
    ctx.succeed(presentImAccount(await ctx.service.im.account.map(params.userId, { appid: weapp.appid, ...mapping })));
  }

  async online(): Promise<void> {
    const { ctx } = this;
    const { userIds } = ctx.input(schema.imOnline).body;
    ctx.succeed(Object.fromEntries(await ctx.service.im.presence.online(userIds)));
  }
}
