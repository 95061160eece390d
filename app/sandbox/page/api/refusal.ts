import { t } from '../i18n';

/** What the server or the sandbox has refused, in words. */
export class Refusal extends Error {
  constructor(readonly code: string, message = '') {
    super(code === 'UNREACHABLE' ? t('page.unreachable') : message);
    this.name = 'Refusal';
  }
}
