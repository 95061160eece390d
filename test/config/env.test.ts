import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvError, parseEnv } from '../../config/env';

function problems(variables: Record<string, string>): string[] {
  try {
    parseEnv(variables);
    return [];
  } catch (error) {
    assert.ok(error instanceof EnvError);
    return error.problems;
  }
}

describe('config/env', () => {
  it('takes an address or a name as HOST, and nothing else', () => {
    for (const HOST of ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', 'hub.internal', 'my_container']) assert.deepEqual(problems({ HOST }), [], HOST);
    for (const HOST of ['999.1.1.1', '1.2.3', 'http://127.0.0.1', '127.0.0.1:7001', 'a b', '[::1]', 'a..b', '-x']) {
      assert.deepEqual(problems({ HOST }), ['HOST takes an address to listen on, such as 127.0.0.1 or 0.0.0.0'], HOST);
    }
  });

  it('wants ports that differ', () => {
    assert.deepEqual(problems({ PORT: '7001', EMBEDDED_DB_PORT: '7001' }), ['EMBEDDED_DB_PORT must be another port than PORT: both are 7001']);
    assert.deepEqual(problems({ EMBEDDED_DB_PORT: '27118' }), [], 'the launcher chooses another port for the sandbox');
    assert.deepEqual(problems({ SANDBOX_PORT: '7001' }), ['SANDBOX_PORT must be another port than PORT: both are 7001']);
    assert.deepEqual(problems({ PORT: '27117', MONGODB_URL: 'mongodb://db', DATA_KEY: Buffer.alloc(32).toString('base64') }), []);
  });

  it('names two apps that are alike', () => {
    const app = { MINIPROGRAM_APPID: 'wx1', MINIPROGRAM_SECRET: 's' };
    assert.deepEqual(problems({ ...app, OFFICIAL_APPID: 'wx1', OFFICIAL_SECRET: 's' }), ['OFFICIAL_APPID has the appid wx1, and so has MINIPROGRAM_APPID: leave one of them out']);
    const directory = mkdtempSync(join(tmpdir(), 'weapp-hub-env-'));
    const file = join(directory, 'apps.json');
    const entry = (appid: string) => ({ appid, kind: 'official', secret: 's', token: 't' });
    try {
      writeFileSync(file, JSON.stringify([entry('wx2'), entry('wx1'), entry('wx2')]));
      assert.deepEqual(problems({ ...app, WECHAT_APPS_FILE: file }), [
        'WECHAT_APPS_FILE: entry 2 has the appid wx1, and so has MINIPROGRAM_APPID: leave one of them out',
        'WECHAT_APPS_FILE: entry 3 has the appid wx2, and so has WECHAT_APPS_FILE: entry 1: leave one of them out',
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('says in a person\'s words what is wrong with an entry of WECHAT_APPS_FILE', () => {
    const directory = mkdtempSync(join(tmpdir(), 'weapp-hub-env-'));
    const file = join(directory, 'apps.json');
    const right = { appid: 'wx1', kind: 'official', secret: 's', token: 't' };
    try {
      for (const [content, problem] of [
        [[{ ...right, appSecret: 'hunter2' }], 'entry 1: appSecret is not known here'],
        [[right, { ...right, appid: 'wx2', AesKey: 'hunter2' }], 'entry 2: AesKey is not known here: did you mean aesKey?'],
        [[{ ...right, appid: 7 }], 'entry 1: appid must be a text, not a number'],
        [[{ ...right, secret: undefined }], 'entry 1, secret: takes the AppSecret'],
        [['hunter2'], 'entry 1: takes an object of appid, kind, name, secret, token, aesKey and pushMode'],
        [{}, 'the file: takes a JSON array of apps'],
      ] as const) {
        writeFileSync(file, JSON.stringify(content));
        assert.deepEqual(problems({ WECHAT_APPS_FILE: file }), [`WECHAT_APPS_FILE: ${problem}`]);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('keeps SPOOL_DIR out of the database\'s directory', () => {
    for (const SPOOL_DIR of ['.data/db', '.data/db/spool', './.data/../.data/db/x', '.data/db/..x']) {
      assert.match(problems({ SPOOL_DIR }).join('\n'), /^SPOOL_DIR must be outside of EMBEDDED_DB_DIR, [^\n]+$/, SPOOL_DIR);
    }
    for (const SPOOL_DIR of ['.data/spool', '.data/db2', '.data', '/var/spool']) assert.deepEqual(problems({ SPOOL_DIR }), [], SPOOL_DIR);
    assert.deepEqual(problems({ SPOOL_DIR: '.data/db/x', MONGODB_URL: 'mongodb://db', DATA_KEY: Buffer.alloc(32).toString('base64') }), []);
  });

  it('does not start without an app and without the sandbox', () => {
    assert.match(problems({ SANDBOX: 'off' }).join('\n'), /^SANDBOX is off and no app is configured: set MINIPROGRAM_APPID[^\n]+$/);
    assert.deepEqual(problems({ SANDBOX: 'off', OFFICIAL_APPID: 'wx1', OFFICIAL_SECRET: 's' }), []);
  });

  it('reads CORS_ORIGINS in the form in which browsers write origins', () => {
    assert.deepEqual(parseEnv({ CORS_ORIGINS: 'https://shop.example.com, http://localhost:5173' }).corsOrigins, ['https://shop.example.com', 'http://localhost:5173']);
    assert.deepEqual(parseEnv({}).corsOrigins, []);
    for (const CORS_ORIGINS of ['*', 'null', 'https://*.example.com', 'shop.example.com', 'https://shop.example.com/', 'https://Shop.example.com', 'https://shop.example.com:443', 'ftp://x', 'https://a@b']) {
      assert.match(problems({ CORS_ORIGINS }).join('\n'), /^CORS_ORIGINS takes comma-separated origins[^\n]+$/, CORS_ORIGINS);
    }
  });

  it('reads the log\'s settings, and wants a password of 10 characters', () => {
    assert.deepEqual(parseEnv({ ADMIN_PASSWORD: 'ten-or-more' }).admin, { username: 'admin', password: 'ten-or-more' });
    const { logLevel, logFormat } = parseEnv({});
    assert.deepEqual([logLevel, logFormat], ['info', 'text']);
    assert.deepEqual(problems({ LOG_LEVEL: 'INFO', LOG_FORMAT: 'xml', ADMIN_PASSWORD: 'ninechars' }), [
      'ADMIN_PASSWORD takes a password of 10 to 256 characters', 'LOG_LEVEL takes debug, info, warn or error', 'LOG_FORMAT takes text or json',
    ]);
  });
});
