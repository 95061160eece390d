import type { LogLevel, LogValues } from './line';

/** The parts of a request's context by which a line names its request. */
export interface LoggedRequest {
  /** Empty where there is no request. */
  requestId?: string;
  appid?: string;
  login?: { appid?: string };
  method?: string;
  path?: string;
  params?: { appid?: unknown };
  query?: { appid?: unknown };
  request?: { body?: unknown };
}

const APPID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The fields by which a line names its request: its id, and for a warning or an error also method, path and app.
 * @return no fields outside of requests
 */
export function requestFields(ctx: LoggedRequest | undefined, level: LogLevel): LogValues {
  if (!ctx?.requestId) return {};
  const { requestId, method, path } = ctx;
  return level === 'warn' || level === 'error' ? { requestId, method, path, app: appOf(ctx) } : { requestId };
}

/** The app that a request is about: the one that was found for it, else the one that it names. */
export function appOf({ appid, login, params, query, request }: LoggedRequest): string | undefined {
  const body = request?.body;
  const named = typeof body === 'object' && body !== null ? (body as { appid?: unknown }).appid : undefined;
  return appid ?? login?.appid ?? [params?.appid, named, query?.appid].find((found): found is string => typeof found === 'string' && APPID.test(found));
}

/** The methods that are needed of a logger. */
interface Target {
  log(level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', args: unknown[], meta: object): void;
}

/** A logger whose lines name their request. */
export class RequestLogger {
  constructor(private readonly ctx: LoggedRequest, private readonly logger: Target) {}

  debug(...args: unknown[]): void { this.logger.log('DEBUG', args, { ctx: this.ctx }); }
  info(...args: unknown[]): void { this.logger.log('INFO', args, { ctx: this.ctx }); }
  warn(...args: unknown[]): void { this.logger.log('WARN', args, { ctx: this.ctx }); }
  error(...args: unknown[]): void { this.logger.log('ERROR', args, { ctx: this.ctx }); }
}
