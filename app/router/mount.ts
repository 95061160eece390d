import type { Application, Context } from 'egg';
import { readMultipart } from '../lib/http/multipart';
import apiKey from '../middleware/apiKey';
import consoleSession from '../middleware/consoleSession';
import clientSession from '../middleware/clientSession';
import loginLimit from '../middleware/loginLimit';
import type { Auth, Handler, Input, RouteSpec } from '../schema/route';
import { assertFits } from './assertFits';

type Middleware = (ctx: Context, next: () => Promise<void>) => Promise<void>;
type AnyHandler = (ctx: Context, input?: Input<RouteSpec>) => unknown;

/** The middleware that checks the caller, for each kind of auth. */
const GUARDS: Record<Auth, (app: Application) => Middleware[]> = {
  none: () => [],
  login: () => [loginLimit()],
  session: () => [clientSession()],
  apiKey: app => [apiKey(null, app)],
  wechat: () => [],
  agent: () => [consoleSession('agent')],
  admin: () => [consoleSession('admin')],
};

/**
 * Registers a route. Method, path, auth and the form of the answer come from its spec alone: for a route with `data`, the
 * envelope is written around what the handler returns; for a route with `answers`, the handler writes the answer itself.
 */
export function mount<Spec extends RouteSpec>(app: Application, spec: Spec, handler: Handler<Spec>): void {
  app.router[spec.method](spec.path, ...GUARDS[spec.auth](app), answering(app, spec, handler as AnyHandler));
}

/** Mounts every route of a schema file, in the order of the file, each with the handler of the same name. */
export function mountAll<Specs extends object>(app: Application, specs: Specs, handlers: { [Name in keyof Specs]: Handler<Specs[Name]> }): void {
  for (const name of Object.keys(specs) as Array<keyof Specs>) {
    mount(app, specs[name] as RouteSpec, handlers[name] as Handler<RouteSpec>);
  }
}

function answering(app: Application, spec: RouteSpec, handler: AnyHandler): (ctx: Context) => Promise<void> {
  const input = inputOf(spec);
  const { data: schema } = spec;
  if (!schema) return async ctx => { await handler(ctx, await input(ctx)); };
  // Checking an answer costs as much as parsing a request, so only tests do it.
  if (app.config.env !== 'unittest') return async ctx => ctx.succeed(await handler(ctx, await input(ctx)));
  return async ctx => {
    const data = await handler(ctx, await input(ctx));
    assertFits(schema, data, `${spec.method.toUpperCase()} ${spec.path}`);
    ctx.succeed(data);
  };
}

function inputOf(spec: RouteSpec): (ctx: Context) => Input<RouteSpec> | undefined | Promise<Input<RouteSpec>> {
  const { auth, file } = spec;
  if (auth === 'wechat') return () => undefined;
  if (!file) return ctx => ctx.input(spec);
  return async ctx => {
    if (!ctx.is('multipart')) return ctx.input(spec);
    const form = await readMultipart(ctx.req, file.field, file.mostBytes);
    ctx.request.body = form.fields;
    return Object.assign(ctx.input(spec), { file: form.file });
  };
}
