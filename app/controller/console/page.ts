import type { Context } from 'egg';
import type * as schema from '../../schema/console/page';
import type { Handler } from '../../schema/route';
import { answerFile, answerNoFile, answerPage } from '../builtPage';

/** Answers the console's page. */
export const consolePage: Handler<typeof schema.consolePage> = ctx => page(ctx);

/** Answers a file of the console; for any other address below it, the page. */
export const consoleFile: Handler<typeof schema.consoleFile> = async ctx => {
  const path = ctx.path.slice('/console/'.length);
  // The API below this address has handlers of its own.
  if (/^api(\/|$)/i.test(path)) return;
  if (path === '' || path === 'index.html') return page(ctx);
  if (await answerFile(ctx, ctx.app.consoleFiles, path)) return;
  // An address of the console is no file: the one page shows all of them.
  if (!path.startsWith('assets/') && !/\.[^/]*$/.test(path)) return page(ctx);
  answerNoFile(ctx);
};

function page(ctx: Context): Promise<void> {
  return answerPage(ctx, ctx.app.consoleFiles, 'consoleNotBuilt');
}
