import { parseArgs } from 'node:util';
import { loadDataKey } from '../boot/dataKey';
import { BlindIndex } from '../lib/crypto/blindIndex';
import { ENCRYPTED_FIELDS, type EncryptedField } from '../lib/crypto/encryptedFields';
import { FieldCipher } from '../lib/crypto/fieldCipher';
import { rekeyField, type RekeyPass } from '../lib/crypto/rekey';
import { CommandError, interruption, runCommand } from './command';
import { ProgressBar } from './progressBar';
import type { Surroundings } from './command';
import { showUsageWhenAsked } from './usage';

showUsageWhenAsked('rekey');

/**
 * A pass that finds nothing to renew proves the end. After this many passes, some process still writes under a former
 * key.
 */
const PASSES = 4;

const interrupted = interruption();

/** @return the final counts, with the number that this run renewed */
async function rekey(field: EncryptedField, { db, env }: Surroundings): Promise<RekeyPass> {
  const key = loadDataKey(env);
  const cipher = new FieldCipher({ current: key, old: env.dataKeysOld });
  const blindIndex = new BlindIndex(key);
  const [collection] = field.split('.');
  let renewed = 0;
  for (let passes = 0; passes < PASSES; passes++) {
    const total = await db.collection(collection).estimatedDocumentCount();
    const bar = new ProgressBar(passes === 0 ? field : `${field}, checked`);
    try {
      const pass = await rekeyField(field, { db, cipher, blindIndex, signal: interrupted, onProgress: looked => bar.show(looked, Math.max(total, looked)) });
      renewed += pass.renewed;
      if (pass.renewed + pass.changed === 0) return { ...pass, renewed };
    } finally {
      bar.clear();
    }
  }
  throw new CommandError(`Texts of ${field} are still being written under a former key: restart every server with the present DATA_KEY, then run the command again.`);
}

function summary(field: string, { found, renewed, unreadable }: RekeyPass): string[] {
  const lost = [...unreadable.values()].reduce((sum, count) => sum + count, 0);
  return [
    `${field}: ${renewed} of ${found} encrypted anew, ${found - lost} under the present DATA_KEY${lost > 0 ? `, ${lost} not readable` : ''}.`,
    ...[...unreadable].map(([reason, count]) => `${field}: ${count} cannot be read: ${reason}`),
  ];
}

void runCommand(() => { parseArgs({ options: {} }); }, async (_asked, surroundings) => {
  let lost = 0;
  for (const field of ENCRYPTED_FIELDS) {
    const pass = await rekey(field, surroundings);
    lost += [...pass.unreadable.values()].reduce((sum, count) => sum + count, 0);
    for (const line of summary(field, pass)) console.log(line);
  }
  if (lost > 0) {
    throw new CommandError(`${lost} texts are as they were, since no key opens them: add the key they were stored with to DATA_KEYS_OLD and run the command again. Otherwise session keys and tokens come back by themselves, phone numbers when the person gives them again, and the secrets of apps when they are entered again in the console.`);
  }
  console.log('Everything is under the present DATA_KEY: once every server has it, nothing needs DATA_KEYS_OLD any more.');
});
