import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomBytes } from 'node:crypto';
import { dataKeyFile, type Env } from '../../config/env';
import { parseDataKey } from '../lib/crypto/token';

/**
 * The key that encrypts secrets at rest: DATA_KEY, or the one generated beside the embedded database.
 * Any number of processes may call it at once: the first one's file wins.
 * @throws when the file cannot be made, or holds no key
 */
export function loadDataKey(env: Env): Buffer {
  const key = existingDataKey(env);
  if (key) return key;
  const file = dataKeyFile(env);
  createOnce(file, `${randomBytes(32).toString('base64')}\n`);
  return parseDataKey(readFileSync(file, 'utf8').trim());
}

/**
 * As `loadDataKey`, but none is made.
 * @return undefined when there is none
 * @throws when the file cannot be read, or holds no key
 */
export function existingDataKey(env: Env): Buffer | undefined {
  if (env.dataKey) return env.dataKey;
  try {
    return parseDataKey(readFileSync(dataKeyFile(env), 'utf8').trim());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Writes a whole file under a name that does not exist yet; does nothing when it does. */
function createOnce(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
