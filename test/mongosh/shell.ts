import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ROOT } from '../support/markdown';

const DIRECTORY = resolve(ROOT, 'test/mongosh');

/** Installs mongosh when it is missing in the version of package.json. Throws when npm fails. */
export function install(): void {
  const wanted = (JSON.parse(readFileSync(resolve(DIRECTORY, 'package.json'), 'utf8')) as { dependencies: { mongosh: string } }).dependencies.mongosh;
  if (installedVersion() === wanted) return;
  console.log('First run: installing mongosh (npm --prefix test/mongosh ci) …');
  // Its optional packages need a compiler, and serve only logging in and encryption.
  const { status, error, stderr } = spawnSync('npm', ['ci', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: DIRECTORY, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`mongosh could not be installed. Is the npm registry within reach?\n${error?.message ?? stderr}`);
}

function installedVersion(): string | undefined {
  try {
    return (JSON.parse(readFileSync(resolve(DIRECTORY, 'node_modules/mongosh/package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

const marker = (n: number) => `=== ${n} ===`;

/** The mongosh that people use, as a process with a home directory of its own. */
export class Shell {
  private runs = 0;

  /** @param home a directory of the test, for its files and its settings */
  constructor(private readonly url: string, private readonly home: string) {
    mkdirSync(resolve(home, '.mongodb/mongosh'), { recursive: true });
    // It sends no telemetry and does not look for updates.
    writeFileSync(resolve(home, '.mongodb/mongosh/config'), JSON.stringify({ enableTelemetry: false, disableLogging: true, updateURL: '' }));
  }

  /**
   * Types the statements, one after the other; returns the output of each, errors too, with blanks and line ends as one
   * blank.
   */
  async type(statements: string[]): Promise<string[]> {
    const lines = ['prompt = () => \'\''];
    statements.forEach((statement, i) => lines.push(`print('${marker(i)}')`, statement.replaceAll(/\s*\n\s*/g, ' ')));
    const { output } = await this.run([], `${lines.join('\n')}\nprint('${marker(statements.length)}')\n`);
    return statements.map((_, i) => {
      const [from, to] = [output.indexOf(marker(i)), output.indexOf(marker(i + 1))];
      if (from < 0 || to < 0) throw new Error(`mongosh ended early: ${output.slice(-500)}`);
      return output.slice(from + marker(i).length, to).replaceAll(/\s+/g, ' ').trim();
    });
  }

  /** Runs it with arguments and typed input; returns its output, and its exit code. */
  async run(args: string[], input = ''): Promise<{ output: string; code: number | null }> {
    const path = resolve(this.home, `output-${++this.runs}`);
    const file = openSync(path, 'w');
    const child = spawn(process.execPath, [resolve(DIRECTORY, 'node_modules/mongosh/bin/mongosh.js'), '--quiet', this.url, ...args], {
      stdio: ['pipe', file, file], env: { PATH: process.env.PATH, HOME: this.home, USERPROFILE: this.home, TZ: 'UTC', NO_COLOR: '1', NODE_NO_WARNINGS: '1' },
    });
    child.stdin?.end(input);
    const [code] = await once(child, 'exit') as [number | null];
    closeSync(file);
    return { output: readFileSync(path, 'utf8'), code };
  }
}
