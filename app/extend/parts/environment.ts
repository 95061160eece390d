import { readEnv, type Env } from '../../../config/env';
import { loadDataKey } from '../../boot/dataKey';
import { BlindIndex } from '../../lib/crypto/blindIndex';
import { FieldCipher } from '../../lib/crypto/fieldCipher';
import { notify } from '../../lib/process/instanceLog';
import { one } from './one';

export const environment = one<Env>(() => readEnv());
export const dataKey = one(app => loadDataKey(environment(app)));
export const cipher = one(app => new FieldCipher({ current: dataKey(app), old: environment(app).dataKeysOld }, (field, error) => {
  const text = `What is stored in ${field} cannot be read and counts as absent: ${error.message}`;
  notify(app.messenger, { about: `unreadable ${field}`, level: 'warn', text, once: true });
}));
export const blindIndex = one(app => new BlindIndex(dataKey(app), environment(app).dataKeysOld));
