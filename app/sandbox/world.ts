import { Codes } from './codes';
import { Faults } from './faults';
import { History } from './history';
import { ImAccounts } from './imAccounts';
import { MediaStore } from './mediaStore';
import { Pauses } from './pauses';
import { People } from './people';
import { PushSender } from './push/sender';
import { Tokens } from './tokens';
import { WebSessions } from './webSessions';

/** An app that the sandbox plays WeChat for. */
export interface SandboxApp {
  appid: string;
  kind: 'miniprogram' | 'official';
  secret: string;
  token: string;
  aesKey?: string;
  pushMode: 'plain' | 'compat' | 'secure';
  name?: string;
}

/** The Tencent Cloud IM application that the sandbox plays. */
export interface SandboxIm { sdkAppId: number; secretKey: string; admin: string; callbackToken?: string }

const DEFAULT_SETTINGS = {
  /** 45015 and 45047 are answered. */
  customQuota: true,
  /** 43101 is answered without a grant. */
  subscribeGrants: true,
  /** How long a subscription message is under way: a second one to the same person meanwhile gets 43108. */
  subscribeSendMs: 5,
  userGetPageSize: 10_000,
  tokenSeconds: 7_200,
  codeSeconds: 300,
  typingSeconds: 15,
};
export type Settings = typeof DEFAULT_SETTINGS;

/** Everything the sandbox remembers. In memory only; reset() brings back the start. */
export class World {
  readonly apps: Map<string, SandboxApp>;
  readonly people = new People();
  readonly codes = new Codes();
  readonly tokens = new Tokens();
  readonly webSessions = new WebSessions();
  readonly media = new MediaStore();
  /** As they were created, by appid. */
  readonly menus = new Map<string, Array<Record<string, unknown>>>();
  /** Those that are known, by appid; an app without any takes every id that is well-formed. */
  readonly templates = new Map<string, Map<string, string[]>>();
  readonly imAccounts = new ImAccounts();
  readonly history = new History();
  readonly faults = new Faults();
  readonly pauses = new Pauses();
  readonly sender = new PushSender();
  settings: Settings = { ...DEFAULT_SETTINGS };
  private clockOffset = 0;

  constructor(apps: SandboxApp[], public pushTo: string, readonly im?: SandboxIm) {
    this.apps = new Map(apps.map(app => [app.appid, app]));
  }

  /** The sandbox's own time in milliseconds: what expires, expires by it. */
  now(): number {
    return Date.now() + this.clockOffset;
  }

  advanceClock(seconds: number): void {
    this.clockOffset += seconds * 1000;
  }

  defaultApp(kind: SandboxApp['kind']): SandboxApp | undefined {
    for (const app of this.apps.values()) {
      if (app.kind === kind) return app;
    }
    return undefined;
  }

  /** @param keepTokens the access_tokens that applications hold stay good */
  reset(keepTokens = false): void {
    if (!keepTokens) this.tokens.clear();
    const { people, codes, webSessions, media, menus, templates, imAccounts, history, faults } = this;
    for (const store of [people, codes, webSessions, media, menus, templates, imAccounts, history, faults]) store.clear();
    this.settings = { ...DEFAULT_SETTINGS };
    this.clockOffset = 0;
  }
}
