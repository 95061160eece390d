import type { Context } from 'egg';
import type * as schema from '../../schema/console/export';
import type { ExportName } from '../../service/console/export';
import type { Handler } from '../../schema/route';

/** Exports all people as CSV. */
export const exportUsers: Handler<typeof schema.exportUsers> = ctx => send(ctx, 'users');

/** Exports all pushes as CSV. */
export const exportMessages: Handler<typeof schema.exportMessages> = ctx => send(ctx, 'messages');

/** Exports all outgoing messages as CSV. */
export const exportOutbox: Handler<typeof schema.exportOutbox> = ctx => send(ctx, 'outbox');

async function send(ctx: Context, name: ExportName): Promise<void> {
  const stream = await ctx.service.console.export.open(name);
  // Breaks the connection, so that an incomplete file does not look complete.
  stream.on('error', error => {
    ctx.logger.warn('The export of %s broke off: %s', name, error.message);
    ctx.res.destroy();
  });
  ctx.set('content-disposition', `attachment; filename="${name}.csv"`);
  ctx.set('content-type', 'text/csv; charset=utf-8');
  ctx.set('x-content-type-options', 'nosniff');
  ctx.body = stream;
}
