import type { SandboxPush } from '../api/types';
import { find, t } from '../i18n';

/** The codes by which WeChat refuses an access_token. */
const TOKEN_REFUSALS = new Set([40001, 40014, 42001]);

export function isTokenRefusal(errcode: number): boolean {
  return TOKEN_REFUSALS.has(errcode);
}

/** WeChat's errcode; 0 when it has answered what was asked. */
export function errcodeOf(answer: unknown): number {
  const { errcode } = (answer ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode : 0;
}

/** What a call of the phone means, and why it was refused. */
export function meaningOfOwn(method: string, path: string, answer: unknown): string {
  const [bare] = path.split('?');
  const key = bare.startsWith('/api/scene/') ? 'GET /api/scene' : `${method} ${bare}`;
  const { code, message } = (answer ?? {}) as { code?: number; message?: string };
  return join(find(`means.${key}`) ?? t('means.own'), code === 0 && message ? t('means.failed', { message }) : '');
}

/** What a call of WeChat means, and why WeChat refused it. */
export function meaningOfCall(path: string, answer: unknown): string {
  const errcode = errcodeOf(answer);
  const { errmsg } = (answer ?? {}) as { errmsg?: unknown };
  const why = errcode === 0 ? '' : t('means.refused', { errcode, errmsg: find(`wechat.${errcode}`) ?? String(errmsg ?? '') });
  return join(find(`means.${path}`) ?? t('means.call'), why);
}

/** What a push of WeChat means. */
export function meaningOfPush({ type, event, forged }: SandboxPush): string {
  if (forged) return t('means.forged');
  if (type === 'event') return find(`means.${event ?? ''}`) ?? t('means.event');
  return type === 'text' || type === 'image' ? t(`means.${type}`) : t('means.message');
}

function join(first: string, second: string): string {
  return second === '' ? first : `${first} ${second}`;
}
