import { Controller } from 'egg';
import { presentAccessToken } from '../../presenter/accessToken';
import * as schema from '../../schema/server';

/** The central access_token, for the team's other backends. */
export default class AccessTokenController extends Controller {
  async show(): Promise<void> {
    const { app, ctx } = this;
    const { query } = ctx.input(schema.showAccessToken);
    const token = await app.accessTokens.get(app.weapps.any(query.appid));
    ctx.set('cache-control', 'no-store');
    ctx.succeed(presentAccessToken(token));
  }
}
