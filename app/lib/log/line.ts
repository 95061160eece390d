import { format as formatArguments } from 'node:util';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'text' | 'json';
export type LogValues = Readonly<Record<string, string | number | undefined>>;

/** The last argument of a logger's call: named values beside the text. */
export class LogFields {
  constructor(readonly values: LogValues) {}
}

/** One line of the log, before it is written. */
export interface LogLine {
  time: Date;
  level: LogLevel;
  /** The process: `1`, `2` … for workers, `agent`, `master`. */
  worker: string;
  pid: number;
  msg: string;
  /** Text that does not fit on the message's line: the trace of an error. */
  stack?: string;
  fields: LogValues;
}

/** Longest text, trace and field, in characters; longer ones are cut. */
const LONGEST = { msg: 4_000, stack: 12_000, field: 500 };
/** How many causes of an error are followed. */
const MOST_CAUSES = 5;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** Reads the arguments of a logger's call: a format with its values, or an error; then `LogFields`, if any. */
export function describe(args: readonly unknown[]): Pick<LogLine, 'msg' | 'stack' | 'fields'> {
  const last = args.at(-1);
  const fields = last instanceof LogFields ? last.values : {};
  const said = last instanceof LogFields ? args.slice(0, -1) : args;
  // A single text is no format: a percent sign in it stays.
  const text = said[0] instanceof Error ? textOf(said[0]) : said.length === 1 ? String(said[0]) : formatArguments(...said);
  const [msg, ...more] = text.split('\n');
  return { msg, stack: more.length > 0 ? more.join('\n') : undefined, fields };
}

/**
 * An error's name, message and frames, and those of its causes; none of its other properties, which may hold anything.
 */
function textOf(error: Error, causes = 0): string {
  const { name, message, stack = '', cause } = error;
  const frames = stack.split('\n').filter(line => /^\s+at /.test(line));
  const code = (error as NodeJS.ErrnoException).code;
  const head = `${name}: ${message}${typeof code === 'string' && !message.includes(code) ? ` (${code})` : ''}`;
  const inner = error instanceof AggregateError ? error.errors.slice(0, MOST_CAUSES).map(each => `  one of: ${String(each)}`) : [];
  const caused = cause instanceof Error && causes < MOST_CAUSES ? [`caused by ${textOf(cause, causes + 1)}`] : [];
  return [head, ...frames, ...inner, ...caused].join('\n');
}

/**
 * A line as it is written, with its line end.
 * @param clean removes secrets from each text
 */
export function formatLine(line: LogLine, format: LogFormat, clean: (text: string) => string): string {
  const msg = bounded(clean(line.msg), LONGEST.msg);
  const stack = line.stack === undefined ? undefined : bounded(clean(line.stack), LONGEST.stack);
  const fields = Object.entries(line.fields).filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => [name, typeof value === 'string' ? bounded(clean(value), LONGEST.field) : value] as const);
  const { level, worker, pid } = line;
  const time = line.time.toISOString();
  if (format === 'json') return `${JSON.stringify({ time, level, msg, worker, pid, ...Object.fromEntries(fields), stack })}\n`;
  const named = [...fields, ['worker', worker] as const].map(([name, value]) => `${name}=${quoted(String(value))}`).join(' ');
  // A continued line begins with blanks, so that no message can imitate a line of the log.
  const continued = stack?.split('\n').map(each => `    ${escaped(each.trim())}\n`).join('') ?? '';
  return `${time} ${level.toUpperCase()} ${pid} ${escaped(msg)} ${named}\n${continued}`;
}

function bounded(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? escaped(value) : escaped(JSON.stringify(value));
}

function escaped(text: string): string {
  return text.replace(CONTROL, character => {
    if (character === '\t') return ' ';
    const json = JSON.stringify(character).slice(1, -1);
    return json === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : json;
  });
}
