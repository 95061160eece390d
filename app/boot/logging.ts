import type { AsyncLocalStorage } from 'node:async_hooks';
import cluster from 'node:cluster';
import { ConsoleTransport, FileTransport, type LoggerLevel } from 'egg-logger';
import type { Env } from '../../config/env';
import { secretsOf } from '../../config/secrets';
import { describe, formatLine, type LogFormat, type LogLevel, type LogValues } from '../lib/log/line';
import { Redactor } from '../lib/log/redactor';
import { requestFields, type LoggedRequest } from '../lib/log/request';

const LEVELS: Readonly<Record<string, LogLevel>> = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' };

/** What is used of a transport of egg-logger. */
interface Transport {
  options: { localStorage?: AsyncLocalStorage<LoggedRequest> };
}

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
  ConsoleTransport.prototype.log = function(this: Transport, level: LoggerLevel, args: unknown[], meta?: { ctx?: LoggedRequest }) {
    const known = LEVELS[level] ?? 'info';
    // With EGG_FAST_PATH=off Egg follows the context, and knows it where nobody has named it.
    writeLine(known, args, requestFields(meta?.ctx ?? this.options.localStorage?.getStore(), known));
    return '';
  } as typeof ConsoleTransport.prototype.log;
  // A file would be opened by the constructor, whatever its level.
  Object.assign(FileTransport.prototype, { reload: () => undefined, shouldLog: () => false });
}

function processName(): string {
  if (cluster.worker) return String(cluster.worker.id);
  const started = process.argv[1] ?? '';
  if (started.endsWith('agent_worker.js')) return 'agent';
  if (started.endsWith('start-cluster')) return 'master';
  return started.endsWith('start.js') ? 'start' : 'app';
}
