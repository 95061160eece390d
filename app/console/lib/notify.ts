import { ElMessage } from 'element-plus';
import { ApiError } from '../api/client';
import { t } from '../i18n';
import { sentenceOf } from './errors';

/** Tells that something is done. */
export function notifyDone(text: string): void {
  ElMessage({ type: 'success', message: text, grouping: true });
}

/** Tells what went wrong, with the id under which the server's log has it. */
export function notifyError(error: unknown): void {
  const id = error instanceof ApiError && error.requestId ? ` [${t('common.requestId')} ${error.requestId}]` : '';
  ElMessage({ type: 'error', message: sentenceOf(error) + id, duration: 8000, showClose: true, grouping: true });
}
