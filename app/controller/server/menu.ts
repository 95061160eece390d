import { Controller } from 'egg';
import * as schema from '../../schema/server';

/** The official account's custom menu. */
export default class MenuController extends Controller {
  async show(): Promise<void> {
    const { query } = this.ctx.input(schema.showMenu);
    this.ctx.succeed(await this.ctx.service.menu.show(query.appid));
  }

  async replace(): Promise<void> {
    const { body, query } = this.ctx.input(schema.replaceMenu);
    this.ctx.succeed(await this.ctx.service.menu.replace(body, query.appid));
  }

  async remove(): Promise<void> {
    const { query } = this.ctx.input(schema.deleteMenu);
    await this.ctx.service.menu.remove(query.appid);
    this.ctx.succeed(null);
  }
}
