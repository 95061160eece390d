import type { Context } from 'egg';
import type { z } from 'zod';
import type { ErrorName } from '../lib/errors';
import type { UploadedFile } from '../lib/http/multipart';

/**
 * Who may call: anyone; anyone, but each address only so many times a minute; a mini-program after login; another backend
 * with an API key; WeChat and Tencent IM, whose signature the handler verifies itself. What lets each kind in is in
 * router/mount.ts, how the OpenAPI document describes it in schema/openapi.ts.
 */
export type Auth = 'none' | 'login' | 'session' | 'apiKey' | 'wechat';

/** The parts of a request that a route describes. */
export interface RequestParts {
  body?: z.ZodType;
  query?: z.ZodType;
  params?: z.ZodType;
}

interface Operation extends RequestParts {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In the router's notation: `/api/x/:id`. */
  path: string;
  tag: 'mini-program' | 'push' | 'im' | 'server' | 'operations' | 'sandbox';
  summary: string;
  description?: string;
  auth: Auth;
  /** The body may be multipart/form-data too, with one file in this field. */
  file?: { field: string; mostBytes: number };
  errors?: readonly ErrorName[];
}

/** Answers with the envelope: `data` is what stands in it. */
interface EnvelopedOperation extends Operation {
  data: z.ZodType;
  answers?: undefined;
}

/** An answer outside the envelope. */
export interface Answer {
  /** Its content type. */
  type: string;
  description: string;
  /** Of a JSON answer; others are text, or bytes. */
  schema?: z.ZodType;
  /** That of the schema when left out. */
  example?: string;
}

/** Answers as its caller demands, a stream included: status → what it answers. */
interface PlainOperation extends Operation {
  data?: undefined;
  answers: Record<number, Answer>;
}

/**
 * One operation of the HTTP interface: where it is, what goes in and out, who may call. The router mounts it, the handler
 * gets its input from it and is held to its answer, and the OpenAPI document is written from it.
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
 * What a handler gets. Nothing is parsed for WeChat's own calls: their signature comes first. A multipart body brings its
 * file.
 */
type HandlerInput<Spec> = Spec extends { auth: 'wechat' } ? undefined : Input<Spec> & (Spec extends { file: object } ? { file?: UploadedFile } : unknown);

/** What a handler returns: `data` of the envelope; nothing where the route has `answers`, which the handler writes to `ctx`. */
export type Data<Spec> = Spec extends { data: infer Schema extends z.ZodType } ? z.input<Schema> : void;

/** The function that answers a route: `export const show: Handler<typeof schema.show> = async (ctx, { query }) => …`. */
export type Handler<Spec> = (ctx: Context, input: HandlerInput<Spec>) => Data<Spec> | Promise<Data<Spec>>;

/** Declares a route; only fixes its type, with that of each schema in it. */
export function defineRoute<const Spec extends RouteSpec>(spec: Spec): Spec {
  return spec;
}
