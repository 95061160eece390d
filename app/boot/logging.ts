import cluster from 'node:cluster';
import { Service, type Agent, type Application } from 'egg';
import { ConsoleTransport, FileTransport, type LoggerLevel } from 'egg-logger';
import type { Env } from '../../config/env';
import { secretsOf } from '../../config/secrets';
import { describe, formatLine, type LogFormat, type LogLevel, type LogValues } from '../lib/log/line';
import { Redactor } from '../lib/log/redactor';
import { RequestLogger, requestFields, type LoggedRequest } from '../lib/log/request';

const LEVELS: Readonly<Record<string, LogLevel>> = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' };

let format: LogFormat = 'text';
let redactor = new Redactor([]);

/** Writes a line to standard output, where the whole log is. */
export function writeLine(level: LogLevel, args: readonly unknown[], more: LogValues = {}): void {
  const { msg, stack, fields } = describe(args);
  const line = formatLine(
    { time: new Date(), level, worker: processName(), pid: process.pid, msg, stack, fields: { ...more, ...fields } }, format, text => redactor.clean(text),
  );
  process.stdout.write(line);
}

/**
 * From now on every logger of this process, Egg's own included, writes its lines in one form to standard output, and none
 * makes a file.
 */
export function installLogging(env: Env): void {
  format = env.logFormat;
  redactor = new Redactor(secretsOf(env));
  ConsoleTransport.prototype.log = function(level: LoggerLevel, args: unknown[], meta?: { ctx?: LoggedRequest }) {
    const known = LEVELS[level] ?? 'info';
    writeLine(known, args, requestFields(meta?.ctx, known));
    return '';
  } as typeof ConsoleTransport.prototype.log;
  // A file would be opened by the constructor, whatever its level.
  Object.assign(FileTransport.prototype, { reload: () => undefined, shouldLog: () => false });
}

/** Lines of a context's and of a service's logger say which request they belong to; nothing is written into `rundir`. */
export function logRequests(app: Application | Agent): void {
  Object.assign(app, { dumpConfig: () => undefined, dumpTiming: () => (app as unknown as { timing: { disable(): void } }).timing.disable() });
  const { context } = app as unknown as { context?: object };
  if (!context) return;
  Object.assign(context, {
    getLogger(this: LoggedRequest & { app: Application }, name: string) {
      const logger = this.app.getLogger(name);
      return logger && new RequestLogger(this, logger as unknown as ConstructorParameters<typeof RequestLogger>[1]);
    },
  });
  Object.defineProperty(Service.prototype, 'logger', { configurable: true, get(this: Service) { return this.ctx.logger; } });
}

function processName(): string {
  if (cluster.worker) return String(cluster.worker.id);
  const started = process.argv[1] ?? '';
  if (started.endsWith('agent_worker.js')) return 'agent';
  if (started.endsWith('start-cluster')) return 'master';
  return started.endsWith('start.js') ? 'start' : 'app';
}
