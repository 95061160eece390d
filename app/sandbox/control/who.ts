import type { Account } from '../people';
import type { SandboxApp, World } from '../world';
import { ControlError } from './route';

/** The app that was named, or the first one of the kind. */
export function appOf(world: World, appid: string | undefined, kind: SandboxApp['kind']): SandboxApp {
  const app = appid === undefined ? world.defaultApp(kind) : world.apps.get(appid);
  if (app) return app;
  throw new ControlError('NOT_FOUND', appid === undefined ? `The sandbox has no app of kind ${kind}.` : `The sandbox has no app ${appid}.`);
}

/** As appOf, and of that kind. */
export function appOfKind(world: World, appid: string | undefined, kind: SandboxApp['kind']): SandboxApp {
  const app = appOf(world, appid, kind);
  if (app.kind !== kind) throw new ControlError('INVALID_ARGUMENT', `${app.appid} is not of kind ${kind}.`);
  return app;
}

export function accountOf(world: World, appid: string, openid: string): Account {
  const account = world.people.find(appid, openid);
  if (!account) throw new ControlError('NOT_FOUND', `Nobody is ${openid} in ${appid}.`);
  return account;
}
