import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodePath } from '../../app/custom/directory';
import { Scratch } from '../support/environment';
import { codeBlocks, readPage, ROOT } from '../support/markdown';
import { Server } from '../support/server';
import { until } from '../support/until';

interface Run {
  code: number;
  output: string;
}

/** The directory of a developer's own code, outside this one. */
class Team {
  private readonly scratch = new Scratch();
  readonly dir: string;

  /** @param dir where it is; a directory of its own when left out */
  constructor(dir?: string) {
    this.dir = dir ?? this.scratch.path('team/code');
  }

  async run(command: string, ...parameters: string[]): Promise<Run> {
    const { NODE_V8_COVERAGE: _coverage, NODE_PATH: _path, ...env } = process.env;
    const running = promisify(execFile)(process.execPath, [join(ROOT, command), ...parameters], { cwd: ROOT, env: { ...env, CUSTOM_DIR: this.dir } });
    return running.then(({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }), ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }));
  }

  make = () => this.run('app/command/custom.js');
  build = () => this.run('app/command/buildCustom.js');
  test = () => this.run('app/command/testCustom.js');

  path(file: string): string {
    return join(this.dir, file);
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  write(file: string, text: string): void {
    mkdirSync(join(this.path(file), '..'), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  edit(file: string, from: string, to: string): void {
    const text = this.read(file);
    assert.ok(text.includes(from), from);
    this.write(file, text.replace(from, to));
  }

  remove(): void {
    this.scratch.remove();
  }
}

describe('own code (CUSTOM_DIR)', () => {
  const team = new Team();
  after(() => team.remove());

  it('begins with an example, which overwrites nothing', async () => {
    const { code, output } = await team.make();
    assert.equal(code, 0, output);
    for (const file of ['.gitignore', 'app.ts', 'app/model/memo.ts', 'app/router.ts', 'app/schedule/forgetMemos.ts', 'app/service/memo.ts', 'package.json', 'test/memos.test.ts', 'tsconfig.json']) {
      assert.ok(existsSync(team.path(file)), file);
      assert.ok(output.includes(`wrote ${team.path(file)}`), file);
    }
    assert.match(output, /What next:\n.*test:custom/);
    team.edit('app.ts', 'buy milk', 'buy bread');
    const again = await team.make();
    assert.equal(again.code, 1);
    assert.equal(again.output, `${team.dir} is there already and is not touched: set CUSTOM_DIR to another directory, or remove it first.\n`);
    assert.match(team.read('app.ts'), /buy bread/);
  });

  it('names a directory where it cannot be written', async () => {
    const nowhere = new Team('/proc/nowhere');
    const { code, output } = await nowhere.make();
    nowhere.remove();
    assert.deepEqual([code, output], [1, '/proc/nowhere cannot be written (ENOENT): set CUSTOM_DIR to a directory that can.\n']);
  });

  it('is not started before it is compiled', async () => {
    const server = await Server.launch({ CUSTOM_DIR: team.dir });
    const [code] = await new Promise<[number | null]>(done => server.process.once('close', number => done([number])));
    await server.stop();
    assert.equal(code, 1);
    assert.equal(server.output.join(''), `CUSTOM_DIR: ${team.path('app.ts')} is not compiled: run npm run build.\n`);
  });

  it('is compiled by the build', async function() {
    this.timeout(60_000);
    team.edit('app/schedule/forgetMemos.ts', '\'1h\'', '\'1s\'');
    team.write('app/controller/hello.ts', [
      'import { Controller } from \'egg\';',
      'export default class Hello extends Controller {',
      '  async show() { this.ctx.succeed({ hello: this.ctx.login.openid }); }',
      '}',
      'declare module \'egg\' { interface IController { hello: Hello } }',
      '',
    ].join('\n'));
    team.edit('app/router.ts', '  router.post(', '  router.get(\'/api/custom/hello\', hub.session, controller.hello.show);\n  router.post(');
    team.edit('app/router.ts', '({ router, hub }', '({ controller, router, hub }');
    // Each event fails at its first delivery, but not in the tests.
    team.edit('app.ts', '    const text =', '    if (app.config.env === \'prod\' && !failed.has(id)) {\n      failed.add(id);\n      throw new Error(\'not yet\');\n    }\n    const text =');
    team.edit('app.ts', 'export default', 'const failed = new Set<string>();\n\nexport default');
    team.write('app/schedule/gone.ts', 'export const gone = 1;\n');
    // The code of the documentation compiles as well; two models of one name would not.
    const shown = ['docs/custom.md', 'docs/hooks.md', 'docs/events.md'].flatMap(page => codeBlocks(readPage(page)).filter(({ language }) => language === 'ts'));
    assert.ok(shown.length > 6);
    shown.forEach(({ text }, index) => team.write(`shown/${index}.ts`, text.replace(' Memo: Return', ' Shown: Return')));
    assert.deepEqual(await team.build(), { code: 0, output: '' });
    rmSync(team.path('shown'), { recursive: true });
    assert.match(team.read('app/schedule/gone.js'), /gone = 1/);
  });

  it('stays as it was compiled when a build fails, which reports its errors', async function() {
    this.timeout(60_000);
    const before = team.read('app/service/memo.js');
    team.edit('app/service/memo.ts', 'return deletedCount === 1;', 'return deletedCount;');
    // The compiled file of a removed source: its schedule must not go on.
    rmSync(team.path('app/schedule/gone.ts'));
    const wrong = await team.build();
    team.edit('app/service/memo.ts', 'return deletedCount;', 'return deletedCount === 1;');
    assert.equal(wrong.code, 1);
    assert.match(wrong.output, /^app\/service\/memo\.ts\(31,5\): error TS2322: Type 'number' is not assignable to type 'boolean'/);
    assert.match(wrong.output, /The code in CUSTOM_DIR \(.*\) does not compile/);
    assert.equal(wrong.output.split('error TS').length, 2, wrong.output);
    assert.equal(team.read('app/service/memo.js'), before);
    assert.ok(!existsSync(team.path('app/schedule/gone.js')), 'what was made of a source goes with it');
  });

  it('answers, listens, stores and keeps its schedule in the real server', async function() {
    this.timeout(60_000);
    const server = await Server.start({ CUSTOM_DIR: team.dir, NODE_PATH: '' });
    try {
      await until(() => server.output.join(''), printed => printed.includes(`your own code:              ${team.dir}\n`));
      const memos = (await server.database()).collection<{ _id: string; openid: string; text: string; createdAt: Date }>('customMemos');
      assert.deepEqual((await memos.indexes()).map(({ name }) => name).sort(), ['_id_', 'createdAt_1', 'openid_1_createdAt_-1']);
      const { code, openid } = await server.sandbox.post('/login-code');
      const { token } = await server.ok<{ token: string }>('POST', '/api/jscode2session', { code });
      assert.equal(await server.fails('POST', '/api/custom/memos', { text: 'x' }), 'UNAUTHENTICATED');
      assert.equal(await server.fails('POST', '/api/custom/memos', {}, token), 'INVALID_ARGUMENT');
      await server.ok('POST', '/api/custom/memos', { text: 'through the endpoint' }, token);
      assert.deepEqual(await server.ok('GET', '/api/custom/hello', undefined, token), { hello: openid });
      await server.sandbox.post('/push', { message: { FromUserName: openid, MsgType: 'text', Content: 'memo: through a message' } });
      const found = await until(() => memos.find({ openid }).sort({ createdAt: 1 }).toArray(), all => all.length === 2, 30);
      assert.deepEqual(found.map(({ text }) => text), ['through the endpoint', 'through a message']);
      assert.match(found[1]._id, /^evt_/);
      assert.match(server.errors(), /A listener of message\.received has failed .*not yet[^]*app\.ts:\d+/);
      assert.equal((await server.ok<object[]>('GET', `/api/custom/server/memos?openid=${openid}`, undefined, 'test-api-key-1')).length, 2);
      await memos.insertOne({ _id: 'old', openid, text: 'old', createdAt: new Date('2001-01-01') });
      await until(() => memos.countDocuments({}), count => count === 2);
    } finally {
      await server.stop();
    }
  });

  it('has tests, which run and can fail', async function() {
    this.timeout(60_000);
    const passed = await team.test();
    assert.equal(passed.code, 0, passed.output);
    assert.match(passed.output, /4 passing/);
    team.edit('test/memos.test.js', '[\'buy milk\']', '[\'buy bread\']');
    const failed = await team.test();
    assert.equal(failed.code, 1);
    assert.match(failed.output, /1 failing[^]*test\/memos\.test\.ts:\d+/);
  });

  it('cannot take a route of the hub', async function() {
    this.timeout(60_000);
    team.write('app/router.js', 'module.exports = ({ router, hub }) => router.get("/api/me", hub.session, ctx => ctx.succeed(1));');
    const server = await Server.launch({ CUSTOM_DIR: team.dir, WORKERS: '1' });
    const code = await new Promise(done => server.process.once('close', done));
    await server.stop();
    assert.equal(code, 1);
    assert.match(server.output.join(''), /CUSTOM_DIR: (GET|HEAD) \/api\/me is a route of weapp-hub itself: choose another path/);
  });

  it('neither changes the repository nor is linted by it', () => {
    const scratch = new Scratch();
    const git = (...parameters: string[]) => {
      const { status, stdout, stderr } = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...parameters], { cwd: scratch.dir, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return stdout;
    };
    try {
      cpSync(join(ROOT, '.gitignore'), scratch.path('.gitignore'));
      git('init', '-q');
      git('add', '.');
      git('commit', '-qm', 'as cloned');
      cpSync(team.dir, scratch.path('custom'), { recursive: true });
      assert.equal(git('status', '--porcelain'), '');
      writeFileSync(scratch.path('other'), '');
      assert.equal(git('status', '--porcelain'), '?? other\n');
    } finally {
      scratch.remove();
    }
    assert.ok(readFileSync(join(ROOT, '.eslintignore'), 'utf8').split('\n').includes('/custom'));
  });

  it('prints where to begin when there is none', async () => {
    const nobody = new Team();
    assert.deepEqual(await nobody.build(), { code: 0, output: '' });
    assert.deepEqual(await nobody.test(), { code: 0, output: `There are no tests of your own: ${nobody.path('test')} is not there.\n` });
    nobody.remove();
    assert.equal(nodePath('/a:/b').split(':').slice(0, 2).join(':'), '/a:/b');
  });
});
