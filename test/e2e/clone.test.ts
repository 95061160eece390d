import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { environment, Scratch } from '../support/environment';
import { until } from '../support/until';
import { startBrowser, Visitor } from './support/browser';

const ROOT = resolve(__dirname, '../..');

describe('two commands and one click', function() {
  this.timeout(300_000);
  const scratch = new Scratch();
  const clone = scratch.path('weapp-hub');
  let browser: Browser;
  let hub: ChildProcess | undefined;
  let variables: Record<string, string>;
  const printed: string[] = [];
  before(async () => {
    browser = await startBrowser();
    const { PORT, EMBEDDED_DB_PORT } = await environment(scratch);
    // As a newcomer's shell: nothing is set but what keeps this test apart from other servers of this machine.
    variables = { PATH: process.env.PATH ?? '', HOME: scratch.dir, PORT, HOST: '127.0.0.1', EMBEDDED_DB_PORT };
  });
  after(async () => {
    await browser?.close();
    await end();
    scratch.remove();
  });

  async function end(): Promise<void> {
    if (!hub || hub.exitCode !== null) return;
    hub.kill('SIGTERM');
    const isUp = () => fetch(`http://${variables.HOST}:${variables.PORT}/healthz`).then(() => true, () => false);
    await until(async () => (hub?.exitCode === null && hub.signalCode === null) || await isUp(), running => !running, 15);
  }

  /** What git knows of the tree, as it stands; beside it the packages that npm would download. */
  function copyOfTree(): void {
    mkdirSync(clone);
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0').filter(file => file !== '' && existsSync(join(ROOT, file)));
    execFileSync('cp', ['-a', '--parents', ...files, clone], { cwd: ROOT });
    const packages = join(ROOT, 'node_modules');
    const linked = spawnSync('cp', ['-al', packages, clone], { stdio: 'ignore' }).status === 0;
    if (!linked) execFileSync('cp', ['-a', packages, clone]);
    // What was built and looked at before is no package; what npm writes into itself is the clone's own.
    rmSync(join(clone, 'node_modules/.cache'), { recursive: true, force: true });
    rmSync(join(clone, 'node_modules/.package-lock.json'));
    copyFileSync(join(packages, '.package-lock.json'), join(clone, 'node_modules/.package-lock.json'));
  }

  it('lead from a clone to the first login seen on the phone', async () => {
    copyOfTree();
    assert.equal(existsSync(join(clone, 'app/boot/start.js')), false);
    const begun = performance.now();
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund'], { cwd: clone, env: variables, stdio: ['ignore', 'ignore', 'pipe'] });
    const installed = performance.now();
    hub = spawn('npm', ['start'], { cwd: clone, env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [hub.stdout, hub.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(String(chunk)));
    const [, address] = await until(() => /^try it: +(\S+)$/m.exec(printed.join('')), found => found !== null || hub?.exitCode !== null, 120) ?? [];
    assert.ok(address, printed.join(''));
    const started = performance.now();
    const visitor = await Visitor.open(browser, new URL(address).origin);
    await visitor.page.goto(address);
    await visitor.page.locator('#phone').getByRole('button', { name: '微信一键登录' }).click();
    await visitor.page.locator('#phone').getByText('新用户').waitFor();
    await visitor.page.locator('.call[data-path="/sns/jscode2session"]').first().waitFor();
    const seen = performance.now();
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    console.log(`      npm install, its packages there: ${seconds(begun, installed)} s; npm start: ${seconds(installed, started)} s; one click: ${seconds(started, seen)} s; together ${seconds(begun, seen)} s`);
    visitor.assertFaultless();
    await visitor.close();
    await end();
    assert.doesNotMatch(printed.join(''), / ERROR /);
  });
});
