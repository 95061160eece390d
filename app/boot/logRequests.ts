import type { Socket } from 'node:net';
import { Service, type Agent, type Application } from 'egg';
import { RequestLogger, type LoggedRequest } from '../lib/log/request';

/** Has the loggers of contexts and services add the request's id to their lines; nothing is written into `rundir`. */
export function logRequests(app: Application | Agent): void {
  Object.assign(app, { dumpConfig: () => undefined, dumpTiming: () => (app as unknown as { timing: { disable(): void } }).timing.disable() });
  const { context } = app as unknown as { context?: object };
  if (app.type === 'agent' || !context) return;
  boundMalformed(app as Application);
  Object.assign(context, {
    getLogger(this: LoggedRequest & { app: Application }, name: string) {
      const logger = this.app.getLogger(name);
      return logger && new RequestLogger(this, logger as unknown as ConstructorParameters<typeof RequestLogger>[1]);
    },
  });
  Object.defineProperty(Service.prototype, 'logger', { configurable: true, get(this: Service) { return this.ctx.logger; } });
}

/** Egg answers a client that sends no HTTP, and logs each time. */
function boundMalformed(app: Application): void {
  const egg = app as unknown as { onClientError: (error: { rawPacket?: Buffer }, socket: Socket) => void };
  const { onClientError } = egg;
  egg.onClientError = (error, socket) => {
    // Without the packet, Egg logs nothing.
    if (error.rawPacket && !app.strangers.allows()) error.rawPacket = undefined;
    onClientError.call(app, error, socket);
  };
}
