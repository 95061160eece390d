import type { SandboxApp, World } from '../world';
import { refuse } from './errors';

/** The app behind appid and secret. 41002, 40013 (also when it is of the other kind), 41004, 40125. */
export function requireApp(world: World, appid: unknown, secret: unknown, kind?: SandboxApp['kind']): SandboxApp {
  if (!appid) refuse(41002);
  const app = world.apps.get(String(appid));
  if (!app || (kind !== undefined && app.kind !== kind)) refuse(40013);
  if (!secret) refuse(41004);
  if (secret !== app.secret) refuse(40125);
  return app;
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
