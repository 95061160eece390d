import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Scratch } from './support/environment';
import { codeBlocks, readPage } from './support/markdown';
import { Server } from './support/server';
import { paste, type Pasted } from './support/shell';
import type { Envelope } from './support/client';

/** The part of the README between two marks. */
function part(page: string, mark: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`].map(text => page.indexOf(text));
  assert.ok(begin >= 0 && end > begin, mark);
  return page.slice(begin, end);
}

/** The lines of a page's shell blocks. */
function shellLines(page: string): string[] {
  return codeBlocks(page).filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trimEnd().split('\n'));
}

describe('the commands that the pages tell to paste', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    // As a reader starts it: the sandbox's own apps, and the variables of the pages.
    server = await Server.start({ WECHAT_APPS_FILE: '', API_KEYS: 'demo-server-key', IM_SDK_APPID: '1400000000', IM_SECRET_KEY: 'demo-im-key', WORKERS: '1' });
  });
  after(() => server?.stop());

  /** Pastes a page's lines, with the addresses in them replaced by the test's. */
  async function run(page: string): Promise<Pasted[]> {
    const { MONGODB_URL, PORT, EMBEDDED_DB_PORT } = server.variables;
    const database = MONGODB_URL ?? `mongodb://127.0.0.1:${EMBEDDED_DB_PORT}/weapp_hub`;
    const pasted = await paste(shellLines(page).map(line => line
      .replaceAll('mongodb://127.0.0.1:27117/weapp_hub', database).replaceAll('127.0.0.1:7001', `127.0.0.1:${PORT}`)));
    for (const { line, shown, code } of pasted) assert.equal(code, 0, `${line}\n${shown}`);
    return pasted;
  }

  it('README.md: a login in the first minute', async () => {
    // The server is up already: the test has run the line that starts it.
    const [install, ...others] = part(readPage('README.md'), 'one-minute').split(/(?<=^```\n)(?=\nThen )/m);
    assert.deepEqual(shellLines(install), ['npm install && npm start']);
    const pasted = await run(others.join(''));
    const { code, data } = JSON.parse(pasted.at(-1)?.shown ?? '') as Envelope;
    assert.equal(code, 1);
    assert.match(String(data.token), /^[A-Za-z0-9_-]{43}$/);
    assert.equal(data.isNewUser, true);
  });

  it('README.md: from a login code to the documents', async function() {
    this.timeout(60_000);
    const pasted = await run(part(readPage('README.md'), 'walk-through'));
    const shown = (text: string) => pasted.filter(({ line }) => line.includes(text)).map(each => each.shown);
    const data = (text: string) => shown(text).map(each => {
      const answer = JSON.parse(each) as Envelope;
      assert.equal(answer.code, 1, each);
      return answer.data;
    });
    const [login] = data('/api/jscode2session');
    assert.match(String(login.token), /^[A-Za-z0-9_-]{43}$/);
    const [person] = data('post /api/unionId');
    assert.deepEqual([person.unionId, person.openId], ['unionid-of-ann', login.openid]);
    const phones = data('post /api/phone');
    assert.equal(phones.length, 2);
    assert.match(String(phones[0].phoneNumber), /^\d{11}$/);
    assert.deepEqual(phones[0], phones[1]);
    const [push] = data('/sandbox/api/push') as Array<{ answered?: object }>;
    assert.deepEqual({ ...push.answered, ms: 0 }, { status: 200, body: 'success', ms: 0, accepted: true });
    const [documents] = shown('MongoClient');
    for (const text of [`openids [\n  {\n    _id: 'wxsandbox0000000001:${String(login.openid)}'`, 'sessions [', "content: 'Is anybody there?'", "state: 'handled'"]) assert.ok(documents.includes(text), documents);
    assert.doesNotMatch(documents, /undefined|\[\]/);
    const calls = JSON.parse(shown('/sandbox/api/calls')[0]) as Array<{ path: string }>;
    assert.deepEqual([...new Set(calls.map(({ path }) => path))].sort(), ['/cgi-bin/stable_token', '/sns/jscode2session', '/wxa/business/getuserphonenumber']);
  });

  for (const name of ['docs/api.md', 'docs/sandbox.md']) {
    it(`${name}: every example succeeds`, async function() {
      this.timeout(60_000);
      const answers = (await run(readPage(name))).filter(({ shown }) => shown !== '');
      assert.ok(answers.length > 20);
      for (const { line, shown } of answers) assert.equal((JSON.parse(shown) as Envelope).code, 1, `${line}\n${shown}`);
    });
  }

  it('docs/ten-minutes.md: from a clone to a mini-program', async function() {
    this.timeout(60_000);
    const scratch = new Scratch();
    const page = readPage('docs/ten-minutes.md');
    assert.deepEqual(shellLines(readPage('docs/zh-CN/ten-minutes.md')), shellLines(page));
    const [install, start, ...lines] = shellLines(page);
    assert.equal(install, 'npm install');
    // The variables that the reader would set, and those that point to this test's WeChat.
    const told = Object.fromEntries([...start.matchAll(/(MINIPROGRAM_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    const own = await Server.start({ WECHAT_APPS_FILE: '', SANDBOX: 'on', WORKERS: '1', ...told });
    try {
      await own.ok('POST', '/api/jscode2session', { code: (await own.sandbox.post('/login-code')).code });
      const { PATH: _path, ...variables } = own.variables;
      const exports = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
      const pasted = await paste([...exports, ...lines.map(line => line
        .replaceAll('127.0.0.1:7001', `127.0.0.1:${own.variables.PORT}`).replaceAll('../my-app', scratch.path('my-app'))
        .replace(/npm run (\w+)( --)?/, 'node app/command/$1.js'))]);
      for (const { line, shown, code } of pasted) assert.equal(code, 0, `${line}\n${shown}`);
      const [ready, doctor, create, metrics] = pasted.slice(exports.length).map(({ shown }) => shown);
      assert.match(ready, /^ok/);
      assert.match(doctor, /^ok/m);
      assert.ok(create.includes(scratch.path('my-app')), create);
      assert.match(metrics, /path="\/sns\/jscode2session"/);
      assert.ok(existsSync(scratch.path('my-app/app.json')));
    } finally {
      await own.stop();
      scratch.remove();
    }
  });
});
