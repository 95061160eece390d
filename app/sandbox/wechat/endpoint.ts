import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from '../faults';
import type { SandboxApp, World } from '../world';

export type JsonObject = Record<string, unknown>;
export type Query = Record<string, string>;

/** A call as an endpoint sees it: its method, credential and body are checked (an `im` endpoint checks its own). */
export interface WechatCall {
  world: World;
  method: string;
  path: string;
  query: Query;
  /** {} when there is none, or none that is a JSON object. */
  body: JsonObject;
  hasJson: boolean;
  raw: Buffer;
  headers: IncomingHttpHeaders;
  /** What was asked to go wrong with this call, beyond its answer. */
  fault?: Fault;
}

/** A call that came with a good access_token, and the app that it belongs to. */
export interface AppCall extends WechatCall { app: SandboxApp }

/** An answer that is not JSON. */
export class RawAnswer {
  constructor(
    readonly status: number,
    readonly contentType: string,
    readonly body: string | Buffer,
    readonly headers: Record<string, string> = {},
  ) {}
}

export type Answer = object | Promise<object>;

interface EndpointBase {
  method: 'GET' | 'POST';
  path: string;
  body?: 'json' | 'multipart';
}

export interface OpenEndpoint extends EndpointBase { auth: 'none' | 'im'; handle(call: WechatCall): Answer }
export interface AppEndpoint extends EndpointBase {
  auth: 'access_token';
  /** Which kind of account may call it; both when absent. */
  kind?: SandboxApp['kind'];
  handle(call: AppCall): Answer;
}
export type Endpoint = OpenEndpoint | AppEndpoint;

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
