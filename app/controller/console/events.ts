import type * as schema from '../../schema/console/events';
import type { Handler } from '../../schema/route';

/** Streams news for an open console as server-sent events. */
export const streamEvents: Handler<typeof schema.streamEvents> = async ctx => {
  const stream = await ctx.app.keeping.streams.stream({ ...ctx.admin, language: ctx.languageOfAnswer() }, ctx.get('last-event-id'));
  ctx.set('content-type', 'text/event-stream; charset=utf-8');
  // A proxy that buffers answers would hold the events back.
  ctx.set('x-accel-buffering', 'no');
  ctx.req.socket.setTimeout(0);
  ctx.body = stream;
};
