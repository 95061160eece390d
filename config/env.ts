import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { explainIssues, withoutWords } from '../app/lib/input/explain';
import { render } from '../app/lib/language/message';
import { CONNECTION_STRING } from '../app/lib/mongo/address';
import { appEntrySchema, appsFileSchema, type WechatAppConfig } from './apps';
import { sandboxApps } from './sandboxApps';
import { isHost, isOrigin, problemsTogether, type ConfiguredApp } from './together';

/** The whole configuration of the process, typed and checked. It holds secrets: never log it. */
export interface Env {
  port: number;
  host: string;
  workers: number;
  /** Undefined: the embedded database is started. */
  mongodbUrl?: string;
  /** Without a password, everybody on the machine may do everything in it. */
  embedded: { dir: string; port: number; password?: string };
  wechatApiBase: string;
  apps: WechatAppConfig[];
  replyRulesFile?: string;
  spoolDir: string;
  im?: { sdkAppId: number; secretKey: string; admin: string; callbackToken?: string };
  imApiBase: string;
  imTrigger: 'after' | 'before';
  imMergeSeconds: number;
  imQuietSeconds: number;
  webhook?: { url: string; secret: string };
  apiKeys: string[];
  admin: { username: string; password?: string };
  /** Undefined only when embedded: then the key lies in the data directory. */
  dataKey?: Buffer;
  dataKeysOld: Buffer[];
  pushToleranceSeconds: number;
  trustProxyHops: number;
  eggFastPath: boolean;
  sandbox: boolean;
  /** Loopback port of the simulated WeChat. The launcher chooses a free one. */
  sandboxPort: number;
  rateLimit: { loginPerMinute: number; userPerMinute: number };
  /** How long pushes, and sent messages, are kept. */
  retention: { messagesDays: number; outboxDays: number };
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  logFormat: 'text' | 'json';
  /** Origins of web pages that may call /api. */
  corsOrigins: string[];
  /** The directory of the team's own code, if there is any: an absolute path. */
  customDir: string;
  /** Address under which mini-programs reach this server, without a slash at its end. */
  hubUrl: string;
}

/** A wrong configuration. `problems` holds one line for each, naming the variable and what it takes, never a value. */
export class EnvError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

const integer = (min: number, max: number, fallback: number) => z.string().regex(/^\d{1,10}$/).transform(Number)
  .pipe(z.number().min(min).max(max))
  .default(fallback);
const text = (max = 512) => z.string().min(1).max(max);
const appid = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const aesKey = z.string().regex(/^[A-Za-z0-9+/]{43}$/);
const pushMode = z.enum(['plain', 'compat', 'secure']);
const httpUrl = z.url({ protocol: /^https?$/ });
const baseUrl = httpUrl.transform(url => url.replace(/\/+$/, ''));
const key32 = z.base64().transform(value => Buffer.from(value, 'base64')).refine(key => key.length === 32);
const list = z.string().transform(value => value.split(',').map(item => item.trim()).filter(item => item !== ''));

/** Each variable with what it takes, in the words of the message about a wrong one. */
const VARIABLES = {
  PORT: [integer(0, 65535, 7001), 'a port from 0 to 65535'],
  HOST: [z.string().max(255).refine(isHost).default('127.0.0.1'), 'an address to listen on, such as 127.0.0.1 or 0.0.0.0'],
  WORKERS: [integer(1, 256, availableParallelism()), 'a number of processes from 1 to 256'],
  MONGODB_URL: [
    z.string().regex(CONNECTION_STRING).optional(),
    'a URL that begins with mongodb:// or mongodb+srv://, its user name and password percent-encoded (@ is %40, : is %3A, / is %2F)',
  ],
  EMBEDDED_DB_DIR: [text(4096).default('.data/db'), 'a directory'],
  EMBEDDED_DB_PORT: [integer(1, 65535, 27117), 'a port from 1 to 65535'],
  EMBEDDED_DB_PASSWORD: [text(256).optional(), 'a password of 1 to 256 characters'],
  WECHAT_API_BASE: [baseUrl.optional(), 'an http(s) URL'],
  MINIPROGRAM_APPID: [appid.optional(), 'letters, digits, _ and -, 1 to 64 long'],
  MINIPROGRAM_SECRET: [text().optional(), 'the AppSecret'],
  MINIPROGRAM_TOKEN: [text().optional(), 'the message push token'],
  MINIPROGRAM_AES_KEY: [aesKey.optional(), 'the EncodingAESKey: 43 letters, digits, + or /'],
  MINIPROGRAM_PUSH_MODE: [pushMode.optional(), 'plain, compat or secure'],
  OFFICIAL_APPID: [appid.optional(), 'letters, digits, _ and -, 1 to 64 long'],
  OFFICIAL_SECRET: [text().optional(), 'the AppSecret'],
  OFFICIAL_TOKEN: [text().optional(), 'the message push token'],
  OFFICIAL_AES_KEY: [aesKey.optional(), 'the EncodingAESKey: 43 letters, digits, + or /'],
  OFFICIAL_PUSH_MODE: [pushMode.optional(), 'plain, compat or secure'],
  WECHAT_APPS_FILE: [text(4096).optional(), 'a JSON file'],
  REPLY_RULES_FILE: [text(4096).optional(), 'a JSON file'],
  SPOOL_DIR: [text(4096).default('.data/spool'), 'a directory'],
  IM_SDK_APPID: [z.string().regex(/^[1-9]\d{0,9}$/).transform(Number).optional(), 'the SDKAppID, a number'],
  IM_SECRET_KEY: [text().optional(), 'the key of the IM application'],
  IM_ADMIN: [text(32).default('administrator'), 'the IM administrator\'s user id, at most 32 characters'],
  IM_CALLBACK_TOKEN: [text().optional(), 'the callback authentication token'],
  IM_API_BASE: [baseUrl.optional(), 'an http(s) URL'],
  IM_TRIGGER: [z.enum(['after', 'before']).default('after'), 'after or before'],
  IM_MERGE_SECONDS: [integer(0, 86400, 60), 'seconds from 0 to 86400'],
  IM_QUIET_SECONDS: [integer(0, 604800, 600), 'seconds from 0 to 604800'],
  WEBHOOK_URL: [httpUrl.optional(), 'an http(s) URL'],
  WEBHOOK_SECRET: [z.string().regex(/^whsec_([A-Za-z0-9+/]{4}){8,}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/).optional(), 'whsec_ followed by base64 of 24 bytes or more'],
  API_KEYS: [list.pipe(z.array(z.string().min(8).max(512)).max(100)).default([]), 'comma-separated keys of 8 to 512 characters each'],
  ADMIN_USERNAME: [text(64).regex(/^(?!(api|person|system)$)[^\p{C}\p{Zl}\p{Zp}]*$/u).default('admin'), 'a name of 1 to 64 characters, not api, person or system'],
  ADMIN_PASSWORD: [z.string().min(10).max(256).optional(), 'a password of 10 to 256 characters'],
  DATA_KEY: [key32.optional(), 'base64 of 32 bytes (openssl rand -base64 32)'],
  DATA_KEYS_OLD: [list.pipe(z.array(key32).max(16)).default([]), 'former DATA_KEYs, comma-separated, base64 of 32 bytes each'],
  PUSH_TOLERANCE_SECONDS: [integer(0, 604800, 300), 'seconds from 0 to 604800; 0 turns the check off'],
  TRUST_PROXY_HOPS: [integer(0, 32, 0), 'a number of proxies from 0 to 32'],
  EGG_FAST_PATH: [z.enum(['on', 'off']).default('on'), 'on or off'],
  SANDBOX: [z.enum(['on', 'off']).optional(), 'on or off'],
  SANDBOX_PORT: [integer(1, 65535, 27118), 'a port from 1 to 65535'],
  RETENTION_MESSAGES_DAYS: [integer(1, 3650, 180), 'days from 1 to 3650'],
  RETENTION_OUTBOX_DAYS: [integer(1, 3650, 30), 'days from 1 to 3650'],
  LOG_LEVEL: [z.enum(['debug', 'info', 'warn', 'error']).default('info'), 'debug, info, warn or error'],
  LOG_FORMAT: [z.enum(['text', 'json']).default('text'), 'text or json'],
  CORS_ORIGINS: [
    list.pipe(z.array(z.string().max(512).refine(isOrigin)).max(100)).default([]),
    'comma-separated origins of web pages, at most 100, such as https://shop.example.com, in small letters and without a path',
  ],
  CUSTOM_DIR: [text(4096).default('custom'), 'a directory'],
  HUB_URL: [baseUrl.optional(), 'an http(s) URL'],
  RATE_LIMIT_LOGIN_PER_MINUTE: [integer(0, 1e6, 600), 'a number from 0 to 1000000; 0 = no limit'],
  RATE_LIMIT_USER_PER_MINUTE: [integer(0, 1e6, 120), 'a number from 0 to 1000000; 0 = no limit'],
} as const;

type Name = keyof typeof VARIABLES;
type Values = { [K in Name]: z.infer<(typeof VARIABLES)[K][0]> };

function parseVariables(source: NodeJS.ProcessEnv, problems: string[]): Values {
  const values: Record<string, unknown> = {};
  for (const [name, [schema, takes]] of Object.entries(VARIABLES)) {
    const raw = source[name];
    const result = schema.safeParse(raw === '' ? undefined : raw);
    if (result.success) values[name] = result.data;
    else problems.push(`${name} takes ${takes}`);
  }
  return values as Values;
}

/** The default mini-program or official account of the variables, if its AppID is set. */
function defaultApp(prefix: 'MINIPROGRAM' | 'OFFICIAL', values: Values, problems: string[]): WechatAppConfig[] {
  const id = values[`${prefix}_APPID`];
  if (!id) {
    for (const name of ['SECRET', 'TOKEN', 'AES_KEY', 'PUSH_MODE'] as const) {
      if (values[`${prefix}_${name}`]) problems.push(`${prefix}_APPID is required when ${prefix}_${name} is set`);
    }
    return [];
  }
  const secret = values[`${prefix}_SECRET`];
  const key = values[`${prefix}_AES_KEY`];
  const mode = values[`${prefix}_PUSH_MODE`] ?? (key ? 'secure' : 'plain');
  if (!secret) problems.push(`${prefix}_SECRET is required when ${prefix}_APPID is set`);
  if (mode !== 'plain' && !key) problems.push(`${prefix}_AES_KEY is required when ${prefix}_PUSH_MODE is ${mode}`);
  const kind = prefix === 'OFFICIAL' ? 'official' : 'miniprogram';
  return [{ appid: id, kind, name: id, secret: secret ?? '', token: values[`${prefix}_TOKEN`], aesKey: key, pushMode: mode }];
}

function placed(apps: WechatAppConfig[], place: (index: number) => string): ConfiguredApp[] {
  return apps.map((app, index) => ({ app, place: place(index) }));
}

function appsOfFile(path: string | undefined, problems: string[]): WechatAppConfig[] {
  if (!path) return [];
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    problems.push(`WECHAT_APPS_FILE takes a JSON file; ${path} ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}`);
    return [];
  }
  const result = appsFileSchema.safeParse(content, withoutWords);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const [index, ...field] = issue.path;
    const place = typeof index === 'number' ? `entry ${index + 1}` : 'the file';
    const value = (content as Record<PropertyKey, unknown>)[index];
    problems.push(issue.message && issue.code !== 'unrecognized_keys'
      ? `WECHAT_APPS_FILE: ${[place, ...field].join(', ')}: ${issue.message}`
      : `WECHAT_APPS_FILE: ${place}: ${render(explainIssues([{ ...issue, path: field }], { schema: appEntrySchema, value, part: 'entry' })[0], 'en')}`);
  }
  return [];
}

/**
 * Reads the configuration from environment variables.
 * @param source the variables, by name; an empty value counts as not set
 * @throws {EnvError} with every problem found, one line each
 */
export function parseEnv(source: NodeJS.ProcessEnv): Env {
  const problems: string[] = [];
  const values = parseVariables(source, problems);
  const configured = [
    ...placed(defaultApp('MINIPROGRAM', values, problems), () => 'MINIPROGRAM_APPID'),
    ...placed(defaultApp('OFFICIAL', values, problems), () => 'OFFICIAL_APPID'),
    ...placed(appsOfFile(values.WECHAT_APPS_FILE, problems), index => `WECHAT_APPS_FILE: entry ${index + 1}`),
  ];
  const sandbox = values.SANDBOX ? values.SANDBOX === 'on' : configured.length === 0;
  const apps = configured.length === 0 && sandbox ? sandboxApps() : configured.map(({ app }) => app);
  if (problems.length === 0) problems.push(...problemsTogether({ ...values, SANDBOX_PORT: source.SANDBOX_PORT ? values.SANDBOX_PORT : undefined }, configured, sandbox));
  if (problems.length > 0) throw new EnvError(problems);
  const sandboxBase = `http://127.0.0.1:${values.SANDBOX_PORT}`;
  return {
    port: values.PORT,
    host: values.HOST,
    workers: values.WORKERS,
    mongodbUrl: values.MONGODB_URL,
    embedded: { dir: values.EMBEDDED_DB_DIR, port: values.EMBEDDED_DB_PORT, password: values.EMBEDDED_DB_PASSWORD },
    wechatApiBase: values.WECHAT_API_BASE ?? (sandbox ? sandboxBase : 'https://api.weixin.qq.com'),
    apps,
    replyRulesFile: values.REPLY_RULES_FILE,
    spoolDir: values.SPOOL_DIR,
    im: values.IM_SDK_APPID && values.IM_SECRET_KEY
      ? { sdkAppId: values.IM_SDK_APPID, secretKey: values.IM_SECRET_KEY, admin: values.IM_ADMIN, callbackToken: values.IM_CALLBACK_TOKEN }
      : undefined,
    imApiBase: values.IM_API_BASE ?? (sandbox ? sandboxBase : 'https://console.tim.qq.com'),
    imTrigger: values.IM_TRIGGER,
    imMergeSeconds: values.IM_MERGE_SECONDS,
    imQuietSeconds: values.IM_QUIET_SECONDS,
    webhook: values.WEBHOOK_URL && values.WEBHOOK_SECRET ? { url: values.WEBHOOK_URL, secret: values.WEBHOOK_SECRET } : undefined,
    apiKeys: values.API_KEYS,
    admin: { username: values.ADMIN_USERNAME, password: values.ADMIN_PASSWORD },
    dataKey: values.DATA_KEY,
    dataKeysOld: values.DATA_KEYS_OLD,
    pushToleranceSeconds: values.PUSH_TOLERANCE_SECONDS,
    trustProxyHops: values.TRUST_PROXY_HOPS,
    eggFastPath: values.EGG_FAST_PATH === 'on',
    sandbox,
    sandboxPort: values.SANDBOX_PORT,
    rateLimit: { loginPerMinute: values.RATE_LIMIT_LOGIN_PER_MINUTE, userPerMinute: values.RATE_LIMIT_USER_PER_MINUTE },
    retention: { messagesDays: values.RETENTION_MESSAGES_DAYS, outboxDays: values.RETENTION_OUTBOX_DAYS },
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT,
    corsOrigins: values.CORS_ORIGINS,
    customDir: resolve(values.CUSTOM_DIR),
    hubUrl: values.HUB_URL ?? `http://${reachable(values.HOST)}:${values.PORT}`,
  };
}

/** A host in the form in which clients on this machine name it. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** The configuration of this process. The only function that reads process.env. */
export function readEnv(): Env {
  return parseEnv(process.env);
}

/**
 * The configuration of a command that runs beside a server: it finds that server's sandbox by the file with its port,
 * unless the variables name an address.
 */
export function readCommandEnv(): Env {
  const env = readEnv();
  if (!env.sandbox || process.env.SANDBOX_PORT) return env;
  try {
    return parseEnv({ ...process.env, SANDBOX_PORT: readFileSync(sandboxPortFile(env), 'utf8').trim() });
  } catch (error) {
    if (error instanceof EnvError) throw error;
    return env;
  }
}

/** CUSTOM_DIR as an absolute path, for the build and the tests, which need it even where other variables are wrong. */
export function readCustomDir(): string {
  return resolve(process.env.CUSTOM_DIR || 'custom');
}

/** The file in which a server with a sandbox writes the sandbox's port. */
export function sandboxPortFile(env: Env): string {
  return join(env.embedded.dir, 'sandbox-port');
}

/** The file in which the sandbox keeps its people over restarts. */
export function sandboxPeopleFile(env: Env): string {
  return join(env.embedded.dir, 'sandbox-people');
}

/** The file with the name by which a target of `npm run migrate` recognises this embedded database. */
export function migrationFile(env: Env): string {
  return join(env.embedded.dir, 'migration-source');
}

/** The file in which the embedded database keeps the generated DATA_KEY. */
export function dataKeyFile(env: Env): string {
  return join(env.embedded.dir, 'data-key');
}
