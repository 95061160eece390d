import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import mongoose from 'mongoose';
import { sleep } from '../../app/lib/async/sleep';
import { Client } from './client';
import { environment, removeDatabase, Scratch, TEST_APPS } from './environment';
import { SandboxClient } from './sandbox';
import { until } from './until';
import { watchedProcess } from './writes';

type Db = mongoose.mongo.Db;

const START = resolve(__dirname, '../../app/boot/start.js');

/** The real thing: `npm start`, as processes of its own. */
export class Server extends Client {
  private db?: mongoose.mongo.MongoClient;

  private constructor(readonly variables: Record<string, string>, readonly process: ChildProcess, private readonly scratch: Scratch, readonly output: string[]) {
    super(`http://127.0.0.1:${variables.PORT}`);
  }

  /**
   * Starts a server and waits until it is ready.
   * @param more variables beside those of `environment`, and the test's apps
   */
  static async start(more: Record<string, string> = {}): Promise<Server> {
    const server = await Server.launch(more);
    try {
      await until(() => server.ready(), ready => ready || server.process.exitCode !== null, 60);
    } catch (error) {
      await server.stop();
      throw error;
    }
    if (server.process.exitCode !== null) throw new Error(`the server ended: ${server.output.join('')}`);
    return server;
  }

  /**
   * Starts a server that answers each text through a customer-service message, however many there are.
   * @param content of the answer: the text itself
   */
  static async startEcho(more: Record<string, string> = {}, content = '{{content}}'): Promise<Server> {
    const server = await Server.start(more);
    const reply = { via: 'custom', message: { msgtype: 'text', text: { content } } };
    await (await server.database()).collection<{ _id: string }>('replyRules').insertOne({ _id: 'echo', order: 1, enabled: true, when: { type: 'text' }, reply } as { _id: string });
    await server.sandbox.post('/settings', { customQuota: false });
    // A rule counts on every worker within 2 s.
    await sleep(2_000);
    return server;
  }

  /** The beginning of the errors that the server has logged. */
  errors(): string {
    return this.output.join('').split(/^(?=\d{4}-)/m).filter(entry => entry.includes(' ERROR ')).join('').slice(0, 8_000);
  }

  /** Starts a server and does not wait. */
  static async launch(more: Record<string, string> = {}): Promise<Server> {
    const scratch = new Scratch();
    writeFileSync(scratch.path('apps.json'), JSON.stringify(TEST_APPS));
    const own = await environment(scratch, { WECHAT_APPS_FILE: scratch.path('apps.json'), API_KEYS: 'test-api-key-1', WORKERS: '2' });
    const variables = { ...own, ...more };
    const inherited = { PATH: process.env.PATH ?? '', HOME: scratch.dir, ...watchedProcess(scratch.path('writes')).variables };
    const child = spawn(process.execPath, [START], { env: { ...inherited, ...variables }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(String(chunk)));
    return new Server(variables, child, scratch, output);
  }

  get sandbox(): SandboxClient {
    return new SandboxClient(`http://127.0.0.1:${this.variables.SANDBOX_PORT}`);
  }

  async ready(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(response => response.status === 200, () => false);
  }

  /** Its database, as an administrator sees it. */
  async database(): Promise<Db> {
    const url = this.variables.MONGODB_URL || `mongodb://127.0.0.1:${this.variables.EMBEDDED_DB_PORT}/weapp_hub`;
    this.db ??= await mongoose.mongo.MongoClient.connect(url);
    return this.db.db();
  }

  /** Process ids of the running workers. */
  workers(): number[] {
    return this.processes().filter(({ command }) => command.includes('app_worker.js')).map(({ pid }) => pid);
  }

  /** Every process of the start that still runs. */
  processes(): Array<{ pid: number; command: string }> {
    const table = execFileSync('ps', ['-eo', 'pid=,pgid=,stat=,args='], { encoding: 'utf8' });
    return table.split('\n').map(line => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
      .filter(match => match && Number(match[2]) === this.process.pid && !match[3].startsWith('Z'))
      .map(match => ({ pid: Number(match?.[1]), command: match?.[4] ?? '' }));
  }

  /** Ends it as an operator does, and kills processes that are left. */
  async stop(): Promise<void> {
    await this.db?.close();
    if (this.process.exitCode === null) {
      this.process.kill('SIGTERM');
      await until(() => this.processes(), running => running.length === 0, 12).catch(() => undefined);
    }
    for (const { pid } of this.processes()) process.kill(pid, 'SIGKILL');
    watchedProcess(this.scratch.path('writes')).read();
    await removeDatabase(this.variables);
    this.scratch.remove();
  }
}
