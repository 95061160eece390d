import { AppError } from '../errors';
import { MessageCrypt } from './push/messageCrypt';

/** A configured mini-program or official account with the keys of its pushes. */
export interface WechatApp {
  readonly appid: string;
  readonly kind: WechatAppKind;
  readonly name: string;
  readonly secret: string;
  readonly token?: string;
  readonly pushMode: 'plain' | 'compat' | 'secure';
  readonly crypt?: MessageCrypt;
}

export type WechatAppKind = 'miniprogram' | 'official';

export interface WeappOptions extends Omit<WechatApp, 'crypt'> {
  readonly aesKey?: string;
}

/**
 * Every app that this process serves, those of the configuration first; the first of each kind is the default. Apps of
 * the console are added and removed while the process runs: see lib/wechat/storedApps.
 */
export class WechatApps {
  private apps: Map<string, WechatApp>;

  /** @param fixed the apps of the configuration */
  constructor(readonly fixed: readonly WeappOptions[]) {
    this.apps = new Map(fixed.map(app => [app.appid, weappOf(app)]));
  }

  /** Replaces all apps of the console at once. An appid of the configuration stays that of the configuration. */
  replaceStored(stored: readonly WeappOptions[]): void {
    const apps = new Map(this.fixed.map(app => [app.appid, weappOf(app)]));
    for (const app of stored) if (!apps.has(app.appid)) apps.set(app.appid, weappOf(app));
    this.apps = apps;
  }

  /** The app of this id, or undefined. */
  find(appid: string): WechatApp | undefined {
    return this.apps.get(appid);
  }

  /** The name that people see: the app's name; its appid when it has none, or is not configured any more. */
  nameOf(appid: string): string {
    return this.apps.get(appid)?.name || appid;
  }

  /** The first configured app of a kind, or undefined. */
  defaultOf(kind: WechatAppKind): WechatApp | undefined {
    return this.all(kind)[0];
  }

  /** All apps, or all of a kind, in the order of the configuration. */
  all(kind?: WechatAppKind): WechatApp[] {
    return [...this.apps.values()].filter(app => !kind || app.kind === kind);
  }

  /**
   * The app that a caller means, of any kind: the named one, else the first mini-program, else the first official
   * account.
   * @throws {AppError} NOT_FOUND
   */
  any(appid?: string): WechatApp {
    const app = appid === undefined ? this.defaultOf('miniprogram') ?? this.defaultOf('official') : this.apps.get(appid);
    if (!app) throw new AppError('NOT_FOUND', { key: appid === undefined ? 'noApp' : 'unknownApp' });
    return app;
  }

  /**
   * The app that a caller means: the named one, or the default of the kind.
   * @throws {AppError} NOT_FOUND when there is none, INVALID_ARGUMENT when it is of the other kind
   */
  require(kind: WechatAppKind, appid?: string): WechatApp {
    const app = appid === undefined ? this.defaultOf(kind) : this.apps.get(appid);
    if (!app) throw new AppError('NOT_FOUND', appid === undefined ? { key: 'noAppOfKind', params: { kind: { key: kind } } } : { key: 'unknownApp' });
    if (app.kind !== kind) throw new AppError('INVALID_ARGUMENT', { key: 'otherKindOfApp', params: { kind: { key: kind } } });
    return app;
  }
}

function weappOf({ aesKey, ...app }: WeappOptions): WechatApp {
  const crypt = aesKey && app.token ? new MessageCrypt({ token: app.token, encodingAESKey: aesKey, appid: app.appid }) : undefined;
  return { ...app, crypt };
}
