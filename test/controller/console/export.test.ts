import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI } from '../../support/environment';

describe('/console/api/export', () => {
  const hub = useApp();

  /** A parser of RFC 4180. */
  function parse(text: string): string[][] {
    const rows: string[][] = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
      if (end === '' && quoted === undefined && plain === '') break;
      rows[rows.length - 1].push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      if (end === '\r\n') rows.push([]);
    }
    return rows.filter(row => row.length > 0);
  }

  async function download(admin: Console, name: string): Promise<{ headers: Headers; text: string }> {
    const answer = await admin.fetch('GET', `/export/${name}.csv`);
    assert.equal(answer.status, 200);
    return { headers: answer.headers, text: Buffer.from(await answer.arrayBuffer()).toString() };
  }

  it('exports people as UTF-8 in which a spreadsheet sees texts only', async () => {
    const admin = await Console.as(hub());
    const at = new Date('2026-01-31T09:30:00Z');
    const nicknames = ['=HYPERLINK("http://x","y")', '+1', '-1', '@SUM(1)', '\tx', '\rx', '李华, "the first"\nline', '<img onerror=alert(1)>', '\u202Egnp.exe', '\0nul'];
    await hub().app.model.User.collection.insertMany(nicknames.map((nickName, index) => ({ _id: `u${index}`, profile: { nickName }, phone: { cipher: 'never shown', last4: '5678', index: `blind${index}` }, createdAt: at, lastSeenAt: at })) as never[]);
    await hub().app.model.Openid.collection.insertOne({ _id: `${MINI.appid}:o1`, appid: MINI.appid, openid: 'o1', kind: 'miniprogram', userId: 'u0', createdAt: at, lastSeenAt: at } as never);
    const { headers, text } = await download(admin, 'users');
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.equal(headers.get('content-disposition'), 'attachment; filename="users.csv"');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.ok(text.startsWith('\uFEFFuserId,'));
    const [header, ...rows] = parse(text.slice(1));
    assert.deepEqual(header, ['userId', 'unionid', 'nickName', 'phoneLast4', 'accounts', 'createdAt', 'lastSeenAt']);
    assert.deepEqual(rows.map(([,, nickName]) => nickName), ['\'=HYPERLINK("http://x","y")', '\'+1', '\'-1', '\'@SUM(1)', '\'\tx', '\'\rx', '李华, "the first"\nline', '<img onerror=alert(1)>', '\u202Egnp.exe', 'nul']);
    assert.deepEqual(rows[0], ['u0', '', '\'=HYPERLINK("http://x","y")', '5678', `${MINI.appid}:o1`, at.toISOString(), at.toISOString()]);
    assert.ok(!text.includes('never shown'));
  });

  it('exports all messages, and the whole outbox, page by page', async () => {
    const admin = await Console.as(hub());
    const at = new Date();
    await hub().app.model.Message.collection.insertMany(Array.from({ length: 1_234 }, (_, index) => ({
      _id: `m${String(index).padStart(5, '0')}`, appid: MINI.appid, openid: `o${index}`, type: 'text', content: '=1', payload: {}, createTime: at, receivedAt: at, state: 'handled', duplicates: 0,
    })) as never[]);
    await hub().app.model.Outbox.collection.insertOne({ _id: 'r1', kind: 'custom', appid: MINI.appid, openid: '-o', message: { msgtype: 'text', text: { content: '@x' } }, lane: 'l', order: 1, state: 'sent', nextAt: at, attempts: 1, createdAt: at, sentAt: at } as never);
    const messages = parse((await download(admin, 'messages')).text);
    assert.equal(messages.length, 1_235);
    assert.equal(new Set(messages.map(([id]) => id)).size, 1_235);
    assert.equal(messages[1][5], '\'=1');
    const [, row] = parse((await download(admin, 'outbox')).text);
    assert.deepEqual([row[0], row[3], row[5]], ['r1', '\'-o', '\'@x']);
  });

  it('ends when its reader leaves', async () => {
    const admin = await Console.as(hub());
    const at = new Date();
    for (let part = 0; part < 4; part++) {
      await hub().app.model.Message.collection.insertMany(Array.from({ length: 2_500 }, (_, index) => ({
        _id: `m${part}-${String(index).padStart(5, '0')}`, appid: MINI.appid, openid: 'o', type: 'text', content: 'x'.repeat(500), payload: {}, createTime: at, receivedAt: at, state: 'handled', duplicates: 0,
      })) as never[]);
    }
    const answer = await admin.fetch('GET', '/export/messages.csv');
    await answer.body?.getReader().read().then(({ value }) => assert.ok(value));
    await answer.body?.cancel().catch(() => undefined);
    // The server answers others as before.
    await admin.ok('GET', '/session');
  });
});
