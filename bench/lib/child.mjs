import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { BenchError } from './error.mjs';

/** A process of the benchmark, with its output. */
export class Child {
  #output = '';
  #name;

  /**
   * @param {string} name for messages
   * @param {string[]} args of node
   * @param {Record<string, string>} env beside PATH and the like
   */
  constructor(name, args, env) {
    this.#name = name;
    this.process = spawn(process.execPath, args, {
      // A process group of its own: Ctrl-C reaches this process only, which stops the others in order.
      detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...inherited(), ...env },
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', text => { this.#output = (this.#output + text).slice(-4000); });
    }
  }

  /**
   * Waits for an event of the process.
   * @throws {BenchError} with the process's output, when it ends before, or after 30 s
   */
  async until(promise) {
    const fail = why => new BenchError(`${this.#name} ${why}.${this.#output === '' ? '' : ` It printed:\n${this.#output.trim()}`}`);
    let timer;
    const late = new Promise((_resolve, reject) => { timer = setTimeout(() => reject(fail('was not ready within 30 s')), 30_000); });
    const ended = once(this.process, 'exit').then(([code]) => { throw fail(`ended (${code}) while it was starting`); });
    ended.catch(() => undefined);
    return Promise.race([promise, late, ended]).finally(() => clearTimeout(timer));
  }

  /** Asks it to end, and kills it after 10 s. */
  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => process.kill(-this.process.pid, 'SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }
}

/** The variables that a process needs, without any that would configure a contestant by accident. */
function inherited() {
  const { PATH, HOME, TMPDIR, LANG, SystemRoot } = process.env;
  return Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR, LANG, SystemRoot }).filter(([, value]) => value !== undefined));
}
