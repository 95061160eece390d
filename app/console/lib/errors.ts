import { ApiError } from '../api/client';
import { known, t } from '../i18n';

/** What went wrong, as a sentence for the person. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.page');
  if (error.code === 'UNREACHABLE') return t('error.unreachable');
  const refusal = error.data as { errcode?: number } | null;
  if (error.code === 'WECHAT_ERROR' && typeof refusal?.errcode === 'number') return errcodeSentence(refusal.errcode, error.message);
  return error.message || t('error.server');
}

/** WeChat's errcode in words, with its number; what is not known here is told as it came. */
export function errcodeSentence(errcode: number, fallback = ''): string {
  const key = `errcode.${errcode}`;
  const words = known(key) ? t(key) : fallback;
  return words ? `${words}（${errcode}）` : String(errcode);
}
