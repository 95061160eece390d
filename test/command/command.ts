import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Scratch } from '../support/environment';
import { watchedProcess } from '../support/writes';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

const COMMANDS = resolve(__dirname, '../../app/command');

/** Runs a command of app/command as `npm run` does, with the variables of this process, and `more`. */
export function command(name: string, args: string[] = [], more: Record<string, string | undefined> = {}) {
  const scratch = new Scratch();
  const writes = watchedProcess(scratch.path('writes'));
  const child = spawn(process.execPath, [`${COMMANDS}/${name}.js`, ...args], { env: { ...process.env, ...writes.variables, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<Ended>(done => {
    let out = '';
    let err = '';
    child.stdout.on('data', chunk => { out += chunk; });
    child.stderr.on('data', chunk => { err += chunk; });
    child.once('close', code => {
      writes.read();
      scratch.remove();
      done({ code, out, err });
    });
  });
  return { child, ended };
}
