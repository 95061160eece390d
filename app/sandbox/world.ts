import { Codes } from './codes';
import { Faults } from './faults';
import { History } from './history';
import { ImAccounts } from './imAccounts';
import { Limits } from './limits';
import { MediaStore } from './mediaStore';
import { Pauses } from './pauses';
import { People } from './people';
import { PeopleFile } from './peopleFile';
import { PushHistory } from './push/history';
import { PushSender } from './push/sender';
import { QrcodeStore } from './qrcodeStore';
import { TagStore } from './tagStore';
import { TemplateStore } from './templateStore';
import { Tokens } from './tokens';
import { Verdicts } from './verdicts';
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

/** The database of the server that is tried, when it is in our hands. */
export interface SandboxDatabase {
  readonly awayUntil: number;
  /** Resolves to whether it has gone. */
  leave(ms: number): Promise<boolean>;
}

export interface WorldOptions {
  apps: SandboxApp[];
  pushTo: string;
  im?: SandboxIm;
  database?: SandboxDatabase;
  peopleFile?: string;
  warn?: (message: string) => void;
}

const DEFAULT_SETTINGS = {
  /** 45015 and 45047 are answered. */
  customQuota: true,
  /** 43101 is answered without a grant. */
  subscribeGrants: true,
  /** How long a subscription message is under way: a second one to the same person meanwhile gets 43108. */
  subscribeSendMs: 5,
  /** subscribe_msg_sent_event is pushed. */
  subscribeSentEvent: true,
  /** TEMPLATESENDJOBFINISH is pushed. */
  templateSentEvent: true,
  /** Whether the result of a media check is pushed, and when: before the call is answered, or so long after it. */
  mediaCheckPush: 'after' as 'after' | 'before' | 'never',
  mediaCheckMs: 500,
  mediaCheckVersion: 2 as 1 | 2,
  /** How long a push waits for its answer, and how often it is repeated when there is none, or a failure. */
  pushTimeoutMs: 5_000,
  pushRetries: 3,
  userGetPageSize: 10_000,
  tokenSeconds: 7_200,
  codeSeconds: 300,
  /** WeChat does not say how long: a session_key lives the longer, the more often the mini-program is used. */
  sessionKeySeconds: 3 * 86_400,
  typingSeconds: 15,
};
export type Settings = typeof DEFAULT_SETTINGS;

/** Everything the sandbox remembers. In memory, but for its people; reset() brings back the start. */
export class World {
  readonly apps: Map<string, SandboxApp>;
  readonly im?: SandboxIm;
  readonly database?: SandboxDatabase;
  /** Base URL of the server that receives pushes, and IM callbacks. */
  pushTo: string;
  /** Addresses that were entered for single apps, by appid. */
  readonly addresses = new Map<string, string>();
  readonly people = new People();
  readonly codes = new Codes();
  readonly qrcodes = new QrcodeStore();
  readonly tokens = new Tokens();
  readonly webSessions = new WebSessions();
  readonly limits = new Limits();
  /** The errcodes with which calls that bring an AppSecret along are refused, by appid: as if it were wrong, or the caller's address. */
  readonly refusals = new Map<string, number>();
  readonly media = new MediaStore();
  /** As they were created, by appid. */
  readonly menus = new Map<string, Array<Record<string, unknown>>>();
  readonly templates = new TemplateStore();
  readonly tags = new TagStore();
  /** The people whom each official account has put on its blacklist, by appid, in that order. */
  readonly blacklists = new Map<string, Set<string>>();
  /** Template messages by appid, openid and client_msg_id: when each was sent, and its msgid. */
  readonly clientMsgIds = new Map<string, { at: number; msgid: string }>();
  /** Those that are published, by appid; of an app without any every page that is well-formed is. */
  readonly pages = new Map<string, Set<string>>();
  /** How many permanent short links were made, by appid. */
  readonly permanentLinks = new Map<string, number>();
  readonly verdicts = new Verdicts();
  readonly imAccounts = new ImAccounts();
  readonly history = new History();
  readonly pushes = new PushHistory();
  readonly faults = new Faults();
  readonly pauses = new Pauses();
  readonly sender = new PushSender();
  settings: Settings = { ...DEFAULT_SETTINGS };
  private readonly ownApps: readonly SandboxApp[];
  private readonly file?: PeopleFile;
  private clockOffset = 0;

  constructor({ apps, pushTo, im, database, peopleFile, warn = () => undefined }: WorldOptions) {
    this.ownApps = apps;
    this.apps = new Map();
    this.setApps([]);
    this.pushTo = pushTo;
    this.im = im;
    this.database = database;
    if (peopleFile !== undefined) this.file = new PeopleFile(peopleFile, this.people, warn);
  }

  /** Brings back the people of before, where they are kept. */
  async open(): Promise<void> {
    await this.file?.open();
  }

  /** Keeps what has changed about people: before a call that changed it is answered. */
  save(): void {
    this.file?.save();
  }

  close(): void {
    this.pauses.close();
    this.sender.close();
    this.file?.close();
  }

  /** Replaces the apps that are known beside those of the start. */
  setApps(others: readonly SandboxApp[]): void {
    const apps = new Map([...others, ...this.ownApps].map(app => [app.appid, app]));
    this.apps.clear();
    for (const { appid } of [...this.ownApps, ...others]) this.apps.set(appid, apps.get(appid) as SandboxApp);
  }

  /** The sandbox's own time in milliseconds: what expires, expires by it. */
  now(): number {
    return Date.now() + this.clockOffset;
  }

  /** Whether its time is another than ours. */
  get isShifted(): boolean {
    return this.clockOffset !== 0;
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
    const { people, tags, clientMsgIds, codes, webSessions, refusals, limits, media, menus, templates, imAccounts, history, pushes, faults, addresses } = this;
    for (const store of [people, tags, clientMsgIds, codes, webSessions, refusals, limits, media, menus, templates, imAccounts, history, pushes, faults, addresses]) store.clear();
    const { blacklists, pages, permanentLinks, verdicts, qrcodes } = this;
    for (const store of [blacklists, pages, permanentLinks, verdicts, qrcodes]) store.clear();
    this.file?.clear();
    this.settings = { ...DEFAULT_SETTINGS };
    this.clockOffset = 0;
  }
}
