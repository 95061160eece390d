import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { freePort } from '../../app/boot/precheck';

/** Apps of the official examples, whose data the tests send, and two more. */
export const TEST_APPS = [
  { appid: 'wxtestmini000000001', kind: 'miniprogram', name: 'Test mini-program', secret: 'test-mini-secret', token: 'test-token', aesKey: 'dGVzdC1taW5pLXByb2dyYW0tYWVzLWtleS0zMi1ieXR', pushMode: 'secure' },
  { appid: 'wxtestofficial00001', kind: 'official', name: 'Test official account', secret: 'test-official-secret', token: 'test-token', aesKey: 'dGVzdC1vZmZpY2lhbC1hZXMta2V5LTMyLWJ5dGVzLTA', pushMode: 'secure' },
  { appid: 'wxtestplain00000001', kind: 'miniprogram', secret: 'test-plain-secret', token: 'AAAAA', pushMode: 'plain' },
  { appid: 'wxtestcompat0000001', kind: 'miniprogram', secret: 'test-compat-secret', token: 'test-token', aesKey: 'dGVzdC1jb21wYXQtYWVzLWtleS1vZi0zMi1ieXRlcy0', pushMode: 'compat' },
  { appid: 'wxtestofficialplain', kind: 'official', secret: 'test-plain-official-secret', token: 'test-token', pushMode: 'plain' },
  { appid: 'wx4f4bc4dec97d474b', kind: 'miniprogram', name: 'Open data example', secret: 'demo-secret-1', token: 'demo-token', pushMode: 'plain' },
  { appid: 'wxba5fad812f8e6fb9', kind: 'miniprogram', name: 'Message push example', secret: 'demo-secret-2', token: 'AAAAA', aesKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', pushMode: 'secure' },
  { appid: 'wx5823bf96d3bd56c7', kind: 'official', name: 'WXBizMsgCrypt example', secret: 'demo-secret-3', token: 'QDG6eK', aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', pushMode: 'secure' },
] as const;

export const MINI = TEST_APPS[0];
export const OFFICIAL = TEST_APPS[1];

/** The beginning of the names of tests' databases. */
const OWN_DATABASE = 'weapp_hub_test_';

/** A directory of its own for a test, removed at its end. */
export class Scratch {
  readonly dir = mkdtempSync(join(tmpdir(), 'weapp-hub-test-'));

  path(name: string): string {
    return join(this.dir, name);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Variables of a server that shares nothing with another one. */
export async function environment(scratch: Scratch, more: Record<string, string> = {}): Promise<Record<string, string>> {
  const port = await freePort();
  const embeddedPort = await freePort(port);
  const sandboxPort = await freePort(port, embeddedPort);
  const own: Record<string, string> = {
    PORT: String(port),
    EMBEDDED_DB_DIR: scratch.path('db'),
    EMBEDDED_DB_PORT: String(embeddedPort),
    SPOOL_DIR: scratch.path('spool'),
    // The suite tests the hub only; the command that runs a team's own tests names their directory itself.
    CUSTOM_DIR: process.env.TEST_CUSTOM_DIR ?? scratch.path('no-custom'),
    SANDBOX: 'on',
    SANDBOX_PORT: String(sandboxPort),
    DATA_KEY: randomBytes(32).toString('base64'),
    RATE_LIMIT_LOGIN_PER_MINUTE: '0',
    RATE_LIMIT_USER_PER_MINUTE: '0',
  };
  // `EGG_FAST_PATH=off npm test`: the suite without it.
  if (process.env.EGG_FAST_PATH) own.EGG_FAST_PATH = process.env.EGG_FAST_PATH;
  const server = process.env.TEST_MONGODB_URL;
  if (server) own.MONGODB_URL = databaseUrl(server, `${OWN_DATABASE}${randomBytes(6).toString('hex')}`);
  return { ...own, ...more };
}

/** Removes the database that `environment` has named on the server that the suite runs on. */
export async function removeDatabase({ MONGODB_URL = '' }: Record<string, string>): Promise<void> {
  if (!MONGODB_URL.includes(`/${OWN_DATABASE}`)) return;
  const client = await mongoose.mongo.MongoClient.connect(MONGODB_URL);
  await client.db().dropDatabase();
  await client.close();
}

function databaseUrl(server: string, database: string): string {
  const [, authority, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(server) ?? [];
  return `${authority}/${database}${query}`;
}
