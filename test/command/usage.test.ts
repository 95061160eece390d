import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Scratch } from '../support/environment';
import { command } from './command';

const { scripts } = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8')) as { scripts: Record<string, string> };
/** The commands for people, without those that build and test. */
const COMMANDS = Object.entries(scripts).flatMap(([name, script]) => {
  const file = /exec node app\/command\/(\w+)\.js$/.exec(script)?.[1];
  return file === undefined || name.startsWith('test') ? [] : [[name, file]];
});

describe('npm run … -- --help', () => {
  it('says how each command is called, and does nothing', async () => {
    assert.ok(COMMANDS.length >= 8, String(COMMANDS));
    const scratch = new Scratch();
    const dir = scratch.path('custom');
    try {
      await Promise.all(COMMANDS.map(async ([name, file]) => {
        const { code, out, err } = await command(file, ['--help'], { CUSTOM_DIR: dir, PORT: 'no port' }).ended;
        assert.deepEqual([code, err, out.startsWith(`Usage: npm run ${name}`), out.trimEnd().split('\n').length], [0, '', true, 1], name);
      }));
      assert.equal(existsSync(dir), false);
    } finally {
      scratch.remove();
    }
  });
});
