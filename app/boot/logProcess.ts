import { format } from 'node:util';
import { readEnv } from '../../config/env';
import type { LogLevel } from '../lib/log/line';
import { installLogging, writeLine } from './logging';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
/** A time that some libraries put before their lines; the log adds its own. */
const TIME = /^\[\d{4}-\d\d-\d\d [\d:.]+\] /;
/** Steps that the fork module of Egg's master reports as errors; Egg reports real errors itself. */
const STEP = /^\[cfork:/;

/**
 * Loaded into every process of a start (node --require): makes everything printed a line of the log. The start itself
 * has checked the variables before.
 */
const env = readEnv();
installLogging(env);
for (const [method, level] of [['debug', 'debug'], ['log', 'info'], ['info', 'info'], ['warn', 'warn'], ['error', 'error']] as const) {
  console[method] = (...args: unknown[]) => print(level, format(...args));
}

// Node would print warnings to standard error in a form of its own.
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => writeLine('warn', [`${name}: ${message}`]));

function print(level: LogLevel, text: string): void {
  const said = text.replace(TIME, '');
  const meant = STEP.test(said) ? 'info' : level;
  if (LEVELS.indexOf(meant) >= LEVELS.indexOf(env.logLevel)) writeLine(meant, [said]);
}
