import './signals';
import { resolve } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { EMBEDDED_DB_USER } from '../../config/database';
import { EnvError, readEnv, type Env } from '../../config/env';
import { isThere, nodePath } from '../custom/directory';
import { loadDataKey } from './dataKey';
import { installLogging, writeLine } from './logging';
import { freePort, precheck } from './precheck';
import { serverAddress } from './serverAddress';
import { StartError } from './startError';
import eggScripts = require('egg-scripts');

const ROOT = resolve(__dirname, '../..');
/**
 * Objects of a request die young: with twice Node's 16 MB, fewer of them are copied while they wait for the database.
 */
const YOUNG_MEGABYTES = 32;

/** Runs egg-scripts' start with the settings of the environment; it prints nothing unless something is wrong. */
class Start extends eggScripts.StartCommand {
  constructor(private readonly env: Env, development: boolean) {
    super([
      ROOT,
      `--workers=${development ? 1 : env.workers}`,
      `--port=${env.port}`,
      `--env=${development ? 'local' : 'prod'}`,
      `--require=${resolve(__dirname, 'signals.js')}`,
      `--require=${resolve(__dirname, 'logProcess.js')}`,
      `--require=${resolve(__dirname, 'supervise.js')}`,
    ]);
    this.logger.info = () => undefined;
  }

  override async run(context: { execArgvObj?: Record<string, unknown> }): Promise<void> {
    // With one worker per core, parallel threads of the garbage collector would only compete with other workers.
    context.execArgvObj = { ...context.execArgvObj, maxSemiSpaceSize: YOUNG_MEGABYTES, singleThreadedGc: true };
    await super.run(context);
    this.child.on('message', (message: { action?: string }) => {
      if (message.action === 'egg-ready') tell(this.env);
    });
  }

  declare child: ChildProcess;
}

/** The addresses of everything: formatted for a person, or as lines of a log for a program. */
function tell(env: Env): void {
  if (env.logFormat === 'text') console.log(welcome(env).map(([name, value]) => `${`${name}:`.padEnd(28)}${value}`).join('\n'));
  else for (const [name, value] of welcome(env)) writeLine('info', [`${name}: ${value}`]);
}

function welcome(env: Env): string[][] {
  const base = serverAddress(env);
  const lines = [
    ['weapp-hub', base],
    ['console', `${base}/console`],
    ['API docs', `${base}/docs`],
    ['API description', `${base}/openapi.json`],
    ['readiness', `${base}/readyz`],
  ];
  if (env.sandbox) lines.push(['sandbox (simulated WeChat)', `${base}/sandbox/api/calls`], ['try it', `${base}/sandbox`]);
  if (!env.mongodbUrl) lines.push(['embedded database', shellOf(env)]);
  if (isThere(env.customDir)) lines.push(['your own code', env.customDir]);
  else if (env.customDir !== resolve('custom')) lines.push(['your own code', `none: there is no directory ${env.customDir} (CUSTOM_DIR)`]);
  return lines;
}

/**
 * The command that opens a shell on the embedded database; the person types the password there, so it is never shown.
 */
function shellOf({ embedded: { port, password } }: Env): string {
  const address = `127.0.0.1:${port}/weapp_hub`;
  if (password === undefined) return `mongosh 'mongodb://${address}'`;
  return `mongosh 'mongodb://${EMBEDDED_DB_USER}@${address}?authSource=admin' (it asks for the password: that of EMBEDDED_DB_PASSWORD)`;
}

/** The variables that a child process inherits: set here, read in config/env.ts only. */
async function prepareEnvironment(env: Env): Promise<void> {
  if (env.sandbox) process.env.SANDBOX_PORT ??= String(await freePort(env.port, env.embedded.port));
  process.env.NODE_PATH = nodePath(process.env.NODE_PATH);
  process.env.CUSTOM_DIR = env.customDir;
  // Egg reports its own start at length; the first name is misspelt in Egg itself.
  const level = env.logLevel === 'error' ? 'ERROR' : 'WARN';
  process.env.NODE_CONSOLE_LOGGRE_LEVEL ??= level;
  process.env.EGG_MASTER_LOGGER_LEVEL ??= level;
  process.env.EGG_APP_WORKER_LOGGER_LEVEL ??= level;
  process.env.EGG_AGENT_WORKER_LOGGER_LEVEL ??= level;
  // Workers drain for 3.5 s, then the agent ends: all within 10 s.
  process.env.EGG_APP_CLOSE_TIMEOUT ??= '5000';
  process.env.EGG_AGENT_CLOSE_TIMEOUT ??= '3000';
}

/** Egg starts the worker anew when a compiled file changes; this compiler compiles the sources when they change. */
function compileOnChange(env: Env): void {
  const compilers = [[resolve(ROOT, 'node_modules/.bin/tsc'), '-b', '--watch', '--preserveWatchOutput']];
  if (isThere(env.customDir)) compilers.push([process.execPath, resolve(ROOT, 'app/command/buildCustom.js'), '--watch']);
  for (const [command, ...parameters] of compilers) {
    const compiler = spawn(command, parameters, { cwd: ROOT, stdio: 'inherit' });
    process.once('exit', () => compiler.kill());
  }
}

async function main(): Promise<void> {
  try {
    const env = readEnv();
    installLogging(env);
    await precheck(env);
    loadDataKey(env);
    await prepareEnvironment(env);
    const development = process.argv.includes('--dev');
    if (development) compileOnChange(env);
    await new Start(env, development).start();
  } catch (error) {
    const expected = error instanceof EnvError || error instanceof StartError;
    console.error(expected ? error.message : error);
    process.exit(1);
  }
}

void main();
