import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { assertDatabaseFree } from '../boot/embeddedDatabase';
import { assertPortFree } from '../boot/precheck';
import { StartError } from '../boot/startError';
import { no, ok, warn, type Check } from '../lib/diagnosis/check';
import type { Env } from '../../config/env';

const TIMEOUT_MS = 3_000;

/** Whether the server of this configuration runs and, if not, what would prevent its start. */
export async function diagnoseServer(env: Env): Promise<{ running: boolean; checks: Check[] }> {
  const state = await readiness(env);
  if (!state) return { running: false, checks: await obstacles(env) };
  const address = `${env.host}:${env.port}`;
  const checks = [state.database === 'up'
    ? ok('server', `${address} answers and is ready`)
    : no('server', `${address} answers, but has no database`, 'see the line about the database')];
  if (state.spool > 0) checks.push(warn('spool', `${state.spool} pushes wait for the database`, 'nothing, unless this number does not fall'));
  return { running: true, checks };
}

interface Readiness {
  database: string;
  spool: number;
}

/** @return undefined when nothing, or something else, answers there */
async function readiness({ host, port }: Env): Promise<Readiness | undefined> {
  const loopback = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${loopback}:${port}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    const { status, database, spool } = await answer.json() as { status?: unknown; database?: unknown; spool?: unknown };
    return /^(un)?ready$/.test(String(status)) ? { database: String(database), spool: Number(spool ?? 0) } : undefined;
  } catch {
    return undefined;
  }
}

/** The same checks as boot/precheck, but without making anything: another user may be the one who starts the server. */
async function obstacles(env: Env): Promise<Check[]> {
  const embedded = !env.mongodbUrl;
  const looks: Array<() => Promise<void> | void> = [() => assertPortFree(env.port, env.host, 'PORT'), () => assertWritable(env.spoolDir, 'SPOOL_DIR')];
  if (embedded) {
    looks.push(
      () => assertWritable(env.embedded.dir, 'EMBEDDED_DB_DIR'),
      () => (existsSync(join(env.embedded.dir, 'data.mdb')) ? assertDatabaseFree(env) : undefined),
      () => assertPortFree(env.embedded.port, '127.0.0.1', 'EMBEDDED_DB_PORT'),
    );
  }
  const found: Check[] = [];
  for (const look of looks) {
    try {
      await look();
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      const [what, todo = 'mend that, then run this again'] = error.message.replace(/\.$/, '').split(/: (?=[^:]*$)/);
      found.push(no('start', what, todo));
    }
  }
  return found.length > 0 ? found : [ok('server', 'it does not run, and nothing keeps it from starting')];
}

/** @throws {StartError} when the directory, or its nearest existing parent, cannot be written */
function assertWritable(dir: string, variable: string): void {
  let at = resolve(dir);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  try {
    accessSync(at, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`The directory ${at} cannot be written (${(error as NodeJS.ErrnoException).code}): set ${variable} to one that can.`);
  }
}
