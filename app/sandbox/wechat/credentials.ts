import type { SandboxApp, World } from '../world';
import type { WechatCall } from './endpoint';
import { refuse } from './errors';

/** The app behind appid and secret. 41002, 40013 (also when it is of the other kind), 41004, 40125, and what a test has asked for; then the limits of the call. */
export function requireApp(call: WechatCall, appid: unknown, secret: unknown, kind?: SandboxApp['kind']): SandboxApp {
  const app = requireAppid(call, appid, kind);
  if (!secret) refuse(41004);
  if (secret !== app.secret) refuse(40125);
  const refused = call.world.refusals.get(app.appid);
  if (refused !== undefined) refuse(refused);
  countCall(call, app);
  return app;
}

/** The app of this name, without more. 41002, 40013. */
export function requireAppid({ world }: WechatCall, appid: unknown, kind?: SandboxApp['kind']): SandboxApp {
  if (!appid) refuse(41002);
  const app = world.apps.get(String(appid));
  return app && (kind === undefined || app.kind === kind) ? app : refuse(40013);
}

/** Counts a call of an app. 45009 the day's quota is used up, 45011 too many within a minute. */
export function countCall({ world, path }: WechatCall, { appid }: SandboxApp): void {
  const excess = world.limits.take(path, appid, world.now());
  if (excess !== undefined) refuse(excess);
}

/** The app behind an access_token. 41001 none, 40014 not the form of one, 40001 unknown or replaced, 42001 expired. */
export function requireToken(world: World, accessToken: string | undefined): SandboxApp {
  if (!accessToken) refuse(41001);
  if (!/^[A-Za-z0-9_-]{1,512}$/.test(accessToken)) refuse(40014);
  const token = world.tokens.check(accessToken, world.now());
  if (token === 'invalid') refuse(40001);
  if (token === 'expired') refuse(42001);
  return world.apps.get(token.appid) ?? refuse(40001);
}
