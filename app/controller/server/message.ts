import { Controller } from 'egg';
import * as schema from '../../schema/messages';
import { presentOutgoing, presentQueued } from '../../presenter/outbox';

/** Outgoing messages of the team's other backends. */
export default class MessageController extends Controller {
  async custom(): Promise<void> {
    const { ctx } = this;
    const { appid, ...outgoing } = ctx.input(schema.sendCustom).body;
    const weapp = this.app.weapps.any(appid);
    ctx.succeed(presentQueued(await ctx.service.outbox.send({ appid: weapp.appid, ...outgoing })));
  }

  async subscribe(): Promise<void> {
    const { ctx } = this;
    ctx.succeed(presentQueued(await ctx.service.subscription.send(ctx.input(schema.sendSubscribe).body)));
  }

  async typing(): Promise<void> {
    const { ctx } = this;
    const { appid, openid, typing } = ctx.input(schema.typing).body;
    await ctx.service.customerService.typing(this.app.weapps.any(appid), openid, typing);
    ctx.succeed(null);
  }

  async show(): Promise<void> {
    const { ctx } = this;
    ctx.succeed(presentOutgoing(await ctx.service.outbox.find(ctx.input(schema.showMessage).params.id)));
  }

  async redrive(): Promise<void> {
    const { ctx } = this;
    ctx.succeed(presentQueued(await ctx.service.outbox.redrive(ctx.input(schema.redrive).params.id)));
  }
}
