import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Scratch } from '../support/environment';
import { MINI, OFFICIAL, openSandbox } from './support';
import type { TestSandbox } from './support';

describe('sandbox: people over a restart', () => {
  let scratch: Scratch;
  let peopleFile: string;
  let running: TestSandbox | undefined;
  beforeEach(() => {
    scratch = new Scratch();
    peopleFile = scratch.path('db/sandbox-people');
  });
  afterEach(async () => {
    await running?.close();
    running = undefined;
    scratch.remove();
  });

  async function restart(): Promise<TestSandbox> {
    await running?.close();
    running = await openSandbox({ peopleFile });
    return running;
  }
  const user = (sandbox: TestSandbox, openid: string, app = MINI) => sandbox.control('GET', `/users/${app.appid}/${openid}`);

  it('restores everything about them', async () => {
    let sandbox = await restart();
    const { session_key } = await sandbox.login({ openid: 'o1', unionid: 'u1', profile: { nickname: '小明 👋' } });
    await sandbox.control('POST', '/phone-code', { openid: 'o1', phoneNumber: '13800138000' });
    await sandbox.control('POST', '/follow', { openid: 'f2', following: true });
    await sandbox.control('POST', '/follow', { openid: 'f1', unionid: 'u1', following: true });
    await sandbox.control('POST', '/grant', { openid: 'o1', templateId: 't1', count: 2 });
    await sandbox.control('POST', '/window', { openid: 'o1', count: 2 });
    const hello = { touser: 'o1', msgtype: 'text', text: { content: 'hello' } };
    const send = async () => (await sandbox.post('/cgi-bin/message/custom/send', { access_token: await sandbox.token() }, hello)).errcode;
    assert.equal(await send(), 0);
    const before = [await user(sandbox, 'o1'), await user(sandbox, 'f1', OFFICIAL)];
    sandbox = await restart();
    assert.deepEqual([await user(sandbox, 'o1'), await user(sandbox, 'f1', OFFICIAL)], before);
    assert.equal((await sandbox.login({ unionid: 'u1' })).session_key, session_key);
    const page = await sandbox.get('/cgi-bin/user/get', { access_token: await sandbox.token(OFFICIAL) });
    assert.deepEqual(page.data.openid, ['f2', 'f1'], 'in the order in which they followed');
    assert.deepEqual([await send(), await send()], [0, 45047], 'one was left in the window');
    sandbox = await restart();
    assert.equal(await send(), 45047);
  });

  it('restores who was linked, unlinked or made in bulk, and forgets everybody at a reset', async () => {
    let sandbox = await restart();
    await sandbox.login({ openid: 'o1', unionid: null });
    await sandbox.control('POST', '/follow', { openid: 'f1', unionid: 'u1', following: true });
    await sandbox.login({ openid: 'o1', unionid: 'u1' });
    await sandbox.control('POST', '/users', { count: 2_500, following: true });
    sandbox = await restart();
    assert.deepEqual((await user(sandbox, 'o1')).openids, { [MINI.appid]: 'o1', [OFFICIAL.appid]: 'f1' });
    assert.equal((await sandbox.get('/cgi-bin/user/get', { access_token: await sandbox.token(OFFICIAL) })).total, 2_501);
    await sandbox.login({ openid: 'o1', unionid: null });
    sandbox = await restart();
    assert.deepEqual((await user(sandbox, 'o1')).openids, { [MINI.appid]: 'o1' });
    await sandbox.control('POST', '/reset', {});
    sandbox = await restart();
    assert.equal((await sandbox.envelope('GET', `/users/${MINI.appid}/o1`)).error, 'NOT_FOUND');
  });

  it('has written a change before it is answered, readable for its owner only', async () => {
    const sandbox = await restart();
    await sandbox.login({ openid: 'o1', unionid: 'u1' });
    // As after SIGKILL: another sandbox reads it while this one still runs.
    writeFileSync(scratch.path('copy'), readFileSync(peopleFile));
    assert.equal(statSync(peopleFile).mode & 0o777, 0o600);
    const second = await openSandbox({ peopleFile: scratch.path('copy') });
    assert.equal((await user(second, 'o1')).unionid, 'u1');
    assert.deepEqual((await user(second, 'o1')).hasSession, true);
    await second.close();
  });

  it('ignores lines that are no people: a torn one, and a foreign one', async () => {
    let sandbox = await restart();
    await sandbox.login({ openid: 'o1', unionid: 'u1' });
    await sandbox.close();
    const line = readFileSync(peopleFile, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    appendFileSync(peopleFile, `[]\n{"appid":"x"}\nnull\n{"gone":5}\n${line.slice(0, 100)}`);
    sandbox = await restart();
    await sandbox.login({ openid: 'o2' });
    sandbox = await restart();
    assert.equal((await user(sandbox, 'o1')).unionid, 'u1');
    assert.equal((await user(sandbox, 'o2')).openid, 'o2');
  });

  it('does not let the file grow with every change', async () => {
    const sandbox = await restart();
    const openids = Array.from({ length: 500 }, (_, index) => `o${index}`);
    for (let round = 0; round < 30; round++) await sandbox.control('POST', '/users', { openids, appid: MINI.appid, nickname: `round ${round}` });
    const lines = readFileSync(peopleFile, 'utf8').split('\n').length;
    assert.ok(lines < 12_000, `${lines} lines after 15,000 changes of 500 accounts`);
    const after = await restart();
    for (const openid of ['o0', 'o499']) assert.equal((await user(after, openid)).profile.nickname, 'round 29');
  });

  it('continues when the file cannot be read, and leaves it alone', async () => {
    const warnings: string[] = [];
    mkdirSync(peopleFile, { recursive: true });
    running = await openSandbox({ peopleFile, warn: message => warnings.push(message) });
    await running.login({ openid: 'o1' });
    await running.control('POST', '/reset', {});
    await running.login({ openid: 'o1' });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /EISDIR/);
    assert.ok(statSync(peopleFile).isDirectory());
  });

  it('continues when the file cannot be written, and reports it once', async () => {
    const warnings: string[] = [];
    mkdirSync(`${peopleFile}.new`, { recursive: true });
    running = await openSandbox({ peopleFile, warn: message => warnings.push(message) });
    await running.login({ openid: 'o1' });
    await running.login({ openid: 'o2' });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /EISDIR/);
    rmSync(`${peopleFile}.new`, { recursive: true });
    await running.login({ openid: 'o3' });
    for (const openid of ['o1', 'o2', 'o3']) assert.equal((await user(running, openid)).openid, openid);
    const sandbox = await restart();
    for (const openid of ['o1', 'o2', 'o3']) assert.equal((await user(sandbox, openid)).openid, openid);
  });
});
