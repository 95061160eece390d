import { AppError } from '../errors';
import { MessageCrypt } from './push/messageCrypt';

/** A configured mini-program or official account with what its pushes are opened with. */
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
 * Every app this process serves, those of the configuration first; the first of each kind is the default one. Those of the
 * console come and go: see lib/wechat/storedApps.
 */
export class WechatApps {
  private apps: Map<string, WechatApp>;

  /** @param fixed those of the configuration */
  constructor(readonly fixed: readonly WeappOptions[]) {
    this.apps = new Map(fixed.map(app => [app.appid, weappOf(app)]));
  }

  /** Replaces those of the console, all at once. One that the configuration has is that of the configuration. */
  replaceStored(stored: readonly WeappOptions[]): void {
    const apps = new Map(this.fixed.map(app => [app.appid, weappOf(app)]));
    for (const app of stored) if (!apps.has(app.appid)) apps.set(app.appid, weappOf(app));
    this.apps = apps;
  }

  /** The app of this id, or undefined. */
  find(appid: string): WechatApp | undefined {
    return this.apps.get(appid);
  }

  /** What people call the app: its name; its appid when it has none, or is not configured any more. */
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
   * The app a caller means, of whatever kind: the one named, or the first mini-program, or the first official account.
   * @throws {AppError} NOT_FOUND
   */
  any(appid?: string): WechatApp {
    const app = appid === undefined ? this.defaultOf('miniprogram') ?? this.defaultOf('official') : this.apps.get(appid);
    if (!app) throw new AppError('NOT_FOUND', { key: appid === undefined ? 'noApp' : 'unknownApp' });
    return app;
  }

  /**
   * The app a caller means: the one named, or the default one of the kind.
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
