import { isIP } from 'node:net';
import { relative, resolve } from 'node:path';
import type { WechatAppConfig } from './apps';

/** The variables that are checked together, each valid by itself. */
interface Values {
  PORT: number;
  HOST: string;
  MONGODB_URL?: string;
  EMBEDDED_DB_DIR: string;
  EMBEDDED_DB_PORT: number;
  SPOOL_DIR: string;
  SANDBOX?: 'on' | 'off';
  /** Undefined where the launcher chooses a port. */
  SANDBOX_PORT?: number;
  DATA_KEY?: unknown;
  IM_SDK_APPID?: number;
  IM_SECRET_KEY?: string;
  WEBHOOK_URL?: string;
  WEBHOOK_SECRET?: string;
}

/** An app, and where it was configured: a variable, or an entry of the file. */
export interface ConfiguredApp {
  app: WechatAppConfig;
  place: string;
}

/**
 * Finds variables that do not go together.
 * @param apps as configured, without those of the sandbox
 * @param sandbox whether the sandbox is to run
 * @return one line each, for the person who has set them
 */
export function problemsTogether(values: Values, apps: ConfiguredApp[], sandbox: boolean): string[] {
  const embedded = !values.MONGODB_URL;
  const ports: Array<[string, number]> = [['PORT', values.PORT]];
  if (embedded) ports.push(['EMBEDDED_DB_PORT', values.EMBEDDED_DB_PORT]);
  if (sandbox && values.SANDBOX_PORT) ports.push(['SANDBOX_PORT', values.SANDBOX_PORT]);
  return [
    ...alike(apps),
    ...ports.flatMap(([name, port], index) => ports.slice(0, index).filter(([, other]) => other === port).map(([other]) => `${name} must be another port than ${other}: both are ${port}`)),
    ...(embedded && isWithin(values.SPOOL_DIR, values.EMBEDDED_DB_DIR)
      ? ['SPOOL_DIR must be outside of EMBEDDED_DB_DIR, whose files are the database\'s alone: set it to a directory beside it, such as .data/spool'] : []),
    ...(values.SANDBOX === 'off' && apps.length === 0
      ? ['SANDBOX is off and no app is configured: set MINIPROGRAM_APPID, OFFICIAL_APPID or WECHAT_APPS_FILE, or leave SANDBOX out to try the simulated WeChat'] : []),
    ...(values.MONGODB_URL && !values.DATA_KEY ? ['DATA_KEY is required with MONGODB_URL: base64 of 32 bytes (openssl rand -base64 32)'] : []),
    ...(values.IM_SDK_APPID && !values.IM_SECRET_KEY ? ['IM_SECRET_KEY is required when IM_SDK_APPID is set'] : []),
    ...(values.IM_SECRET_KEY && !values.IM_SDK_APPID ? ['IM_SDK_APPID is required when IM_SECRET_KEY is set'] : []),
    ...(values.WEBHOOK_URL && !values.WEBHOOK_SECRET ? ['WEBHOOK_SECRET is required when WEBHOOK_URL is set: whsec_ followed by base64 of 24 bytes or more'] : []),
  ];
}

/** Apps of one appid: only one of them could ever be found. */
function alike(apps: ConfiguredApp[]): string[] {
  const first = new Map<string, string>();
  return apps.flatMap(({ app: { appid }, place }) => {
    const other = first.get(appid);
    if (other === undefined) first.set(appid, place);
    return other === undefined ? [] : [`${place} has the appid ${appid}, and so has ${other}: leave one of them out`];
  });
}

function isWithin(path: string, directory: string): boolean {
  const way = relative(resolve(directory), resolve(path));
  return way === '' || !/^\.\.(\/|\\|$)|^[A-Za-z]:/.test(way);
}

/** Whether a text can be listened on: an address, or a name that does not look like an address. */
export function isHost(host: string): boolean {
  if (isIP(host) !== 0) return true;
  const labels = host.split('.');
  return labels.every(label => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/**
 * Whether a text is an origin as browsers send it: `https://shop.example.com`, with a port if it has one, and nothing
 * after it.
 */
export function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
