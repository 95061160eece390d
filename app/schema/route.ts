import type { Context } from 'egg';
import type { z } from 'zod';
import type { ErrorName } from '../lib/errors';
import type { UploadedFile } from '../lib/http/multipart';
import type { Language } from '../lib/language/texts';

/**
 * Who may call a route. `none`: anyone. `login`: anyone, but each address only so many times a minute. `session`: a
 * mini-program after login. `apiKey`: another backend with an API key. `wechat`: WeChat or Tencent IM, whose signature
 * the handler verifies itself. `agent`: a person who is signed in to the console. `admin`: an administrator who is. The
 * checks are in router/mount.ts, their descriptions in schema/openapi/document.ts.
 */
export type Auth = 'none' | 'login' | 'session' | 'apiKey' | 'wechat' | 'agent' | 'admin';

/** The parts of a request that a route describes. */
export interface RequestParts {
  body?: z.ZodType;
  query?: z.ZodType;
  params?: z.ZodType;
}

interface Operation extends RequestParts {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As the router writes it: `/api/x/:id`. */
  path: string;
  tag: 'mini-program' | 'push' | 'im' | 'server' | 'operations' | 'sandbox' | 'console';
  /** What the call is for, in a few words. */
  summary: Record<Language, string>;
  description?: string;
  auth: Auth;
  /** The body may be multipart/form-data too, with one file in this field. */
  file?: { field: string; mostBytes: number };
  errors?: readonly ErrorName[];
}

/** A route that answers the envelope, with this `data` in it. */
interface EnvelopedOperation extends Operation {
  data: z.ZodType;
  answers?: undefined;
}

/** An answer outside the envelope. */
export interface Answer {
  /** Its content type. */
  type: string;
  description: string;
  /** The schema of a JSON answer; other answers are text or bytes. */
  schema?: z.ZodType;
  /** The example of the schema is shown when this is left out. */
  example?: string;
}

/** A route that does not answer the envelope, but text, a page or a stream: its answers, by HTTP status. */
interface PlainOperation extends Operation {
  data?: undefined;
  answers: Record<number, Answer>;
}

/**
 * A route of the HTTP interface: its method and path, who may call it, its input and its answer. The router, the types,
 * the checks of input and answer, and the OpenAPI document all come from it.
 */
export type RouteSpec = EnvelopedOperation | PlainOperation;

type Parsed<Spec, Part extends keyof RequestParts> = Spec extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

/** The request, parsed with the route's schemas; undefined where the route has none. */
export interface Input<Spec> {
  body: Parsed<Spec, 'body'>;
  query: Parsed<Spec, 'query'>;
  params: Parsed<Spec, 'params'>;
}

/**
 * The input of a handler. The calls of WeChat and Tencent IM are not parsed before their handler, which must verify the
 * signature first. The file of a multipart body is in `file`.
 */
type HandlerInput<Spec> = Spec extends { auth: 'wechat' } ? undefined : Input<Spec> & (Spec extends { file: object } ? { file?: UploadedFile } : unknown);

/**
 * The result of a handler: `data` of the envelope; nothing when the route has `answers`, because the handler writes to
 * `ctx` then.
 */
export type Data<Spec> = Spec extends { data: infer Schema extends z.ZodType } ? z.input<Schema> : void;

/** The function that answers a route: `export const show: Handler<typeof schema.show> = async (ctx, { query }) => …`. */
export type Handler<Spec> = (ctx: Context, input: HandlerInput<Spec>) => Data<Spec> | Promise<Data<Spec>>;

/** Declares a route. At run time it returns the spec as it is; it exists to give the spec its exact type. */
export function defineRoute<const Spec extends RouteSpec>(spec: Spec): Spec {
  return spec;
}
