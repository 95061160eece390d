import type { AsyncLocalStorage } from 'node:async_hooks';
import cluster from 'node:cluster';
import { ConsoleTransport, FileTransport, type LoggerLevel } from 'egg-logger';
import type { Env } from '../../config/env';
import { secretsOf } from '../../config/secrets';
import { describe, formatLine, type LogFormat, type LogLevel, type LogValues } from '../lib/log/line';
import { Redactor } from '../lib/log/redactor';
import { requestFields, type LoggedRequest } from '../lib/log/request';

const LEVELS: Readonly<Record<string, LogLevel>> = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' };

/** The part of a transport of egg-logger that is used. */
interface Transport {
  options: { localStorage?: AsyncLocalStorage<LoggedRequest> };
}

let format: LogFormat = 'text';
let redactor = new Redactor([]);

/** Writes a line of the log to standard output. */
export function writeLine(level: LogLevel, args: readonly unknown[], more: LogValues = {}): void {
  const { msg, stack, fields } = describe(args);
  const line = formatLine(
    { time: new Date(), level, worker: processName(), pid: process.pid, msg, stack, fields: { ...more, ...fields } }, format, text => redactor.clean(text),
  );
  process.stdout.write(line);
}

/**
 * Has every logger of this process, Egg's own included, write its lines in one form to standard output, and makes none
 * write a file.
 */
export function installLogging(env: Env): void {
  format = env.logFormat;
  redactor = new Redactor(secretsOf(env));
  ConsoleTransport.prototype.log = function(this: Transport, level: LoggerLevel, args: unknown[], meta?: { ctx?: LoggedRequest }) {
    const known = LEVELS[level] ?? 'info';
    // With EGG_FAST_PATH=off Egg follows the context through promises and knows it where no logger names it.
    writeLine(known, args, requestFields(meta?.ctx ?? this.options.localStorage?.getStore(), known));
    return '';
  } as typeof ConsoleTransport.prototype.log;
  // The constructor would open a file at any level.
  Object.assign(FileTransport.prototype, { reload: () => undefined, shouldLog: () => false });
}

function processName(): string {
  if (cluster.worker) return String(cluster.worker.id);
  const started = process.argv[1] ?? '';
  if (started.endsWith('agent_worker.js')) return 'agent';
  if (started.endsWith('start-cluster')) return 'master';
  return started.endsWith('start.js') ? 'start' : 'app';
}
