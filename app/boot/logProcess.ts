import { format } from 'node:util';
import { readEnv } from '../../config/env';
import type { LogLevel } from '../lib/log/line';
import { installLogging, writeLine } from './logging';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
/** A time that others begin their lines with: ours has one. */
const TIME = /^\[\d{4}-\d\d-\d\d [\d:.]+\] /;
/** What Egg's master forks with tells of each step, all of it as errors; the error itself Egg tells of. */
const STEP = /^\[cfork:/;

/**
 * Loaded into every process of a start (node --require): what is printed, by whomever, is a line of the log as all others.
 * The start itself has found the variables to be right.
 */
const env = readEnv();
installLogging(env);
for (const [method, level] of [['debug', 'debug'], ['log', 'info'], ['info', 'info'], ['warn', 'warn'], ['error', 'error']] as const) {
  console[method] = (...args: unknown[]) => print(level, format(...args));
}

// Node would print them to standard error, in a form of its own.
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => writeLine('warn', [`${name}: ${message}`]));

function print(level: LogLevel, text: string): void {
  const said = text.replace(TIME, '');
  const meant = STEP.test(said) ? 'info' : level;
  if (LEVELS.indexOf(meant) >= LEVELS.indexOf(env.logLevel)) writeLine(meant, [said]);
}
