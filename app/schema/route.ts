import type { z } from 'zod';
import type { ErrorName } from '../lib/errors';

/**
 * Who may call: anyone, a mini-program after login, another backend with an API key, WeChat with its signature, whoever is
 * signed in to the console (`agent`), an administrator who is (`admin`).
 */
export type Auth = 'none' | 'session' | 'apiKey' | 'wechat' | 'agent' | 'admin';

/**
 * One operation of the HTTP interface: where it is, what goes in and out, who may call. The router mounts it, the
 * controller parses with it, the OpenAPI document is written from it.
 */
export interface RouteSpec<Body extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType, Params extends z.ZodType = z.ZodType> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In the router's notation: `/api/x/:id`. */
  path: string;
  tag: 'mini-program' | 'push' | 'im' | 'server' | 'operations' | 'sandbox' | 'console';
  summary: string;
  description?: string;
  auth: Auth;
  body?: Body;
  /** The body may be multipart/form-data too, with a file of this name. */
  file?: string;
  query?: Query;
  params?: Params;
  /** `data` of the envelope. */
  data?: z.ZodType;
  /** For routes outside the envelope: status → content type and what it says. */
  answers?: Record<number, { type: string; description: string }>;
  errors?: readonly ErrorName[];
}

/** Declares a route; only fixes the types. */
export function defineRoute<Body extends z.ZodType, Query extends z.ZodType, Params extends z.ZodType>(spec: RouteSpec<Body, Query, Params>): RouteSpec<Body, Query, Params> {
  return spec;
}
