import type { mongo } from 'mongoose';
import { DatabaseClock, databaseTime, inWords } from '../mongo/clock';
import { whyAway } from '../mongo/address';
import { no, ok, warn, type Check } from './check';

const OLDEST = [4, 4];
/** How long a majority may take to acknowledge a write, in milliseconds. */
const ACKNOWLEDGED_WITHIN_MS = 4_000;
/**
 * The TTL monitor runs once a minute; a document that expired so long ago, in milliseconds, shows that it does not run.
 */
const OVERDUE_MS = 1_800_000;
const NTP = 'set the clocks right (NTP), here and on the database\'s machines';
/** The server's codes for a user without the necessary right, and for an unknown user. */
const DENIED = new Set([13, 18]);

/** Checks version, topology, write concern, clock and TTL monitor of the database that `db` is connected to. */
export async function diagnoseDatabase(db: mongo.Db): Promise<Check[]> {
  const looks: Array<[string, () => Promise<Check>]> = [
    ['database version', () => version(db)], ['topology', () => topology(db)], ['write concern', () => writeConcern(db)], ['clock', () => clock(db)], ['ttl monitor', () => ttlMonitor(db)],
  ];
  const checks: Check[] = [];
  for (const [name, look] of looks) checks.push(await look().catch(error => no(name, `the database does not tell (${whyAway(error)})`, rights(error))));
  return checks;
}

async function version(db: mongo.Db): Promise<Check> {
  const { version: text } = await db.command({ buildInfo: 1 }) as { version: string };
  const [major = 0, minor = 0] = text.split('.').map(Number);
  const old = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return old ? no('database version', text, 'upgrade to MongoDB 4.4 or later') : ok('database version', text);
}

/** The fields of the answer. @see https://www.mongodb.com/docs/manual/reference/command/hello/ */
async function topology(db: mongo.Db): Promise<Check> {
  const { msg, setName, hosts, isWritablePrimary, ismaster } = await db.command({ hello: 1 }).catch(() => db.command({ isMaster: 1 }));
  const name = 'topology';
  if (msg === 'isdbgrid') return ok(name, 'a sharded cluster');
  if (!setName) return warn(name, 'a standalone server', 'make it a replica set, of one member at least: without, a write whose answer is lost cannot be repeated safely');
  if (!(isWritablePrimary ?? ismaster)) return no(name, `the replica set ${setName} has no primary that takes writes`, 'see rs.status() in mongosh');
  const members = (hosts as unknown[] | undefined)?.length ?? 1;
  return ok(name, `the replica set ${setName}, ${members} ${members === 1 ? 'member' : 'members'}`);
}

/** Removes a document that does not exist: that needs the right to write, and is acknowledged like any write. */
async function writeConcern(db: mongo.Db): Promise<Check> {
  try {
    await db.collection<{ _id: string }>('leases').deleteOne({ _id: 'doctor' }, { writeConcern: { w: 'majority', journal: true, wtimeoutMS: ACKNOWLEDGED_WITHIN_MS } });
    return ok('write concern', 'a majority acknowledges writes, on disk');
  } catch (error) {
    const denied = DENIED.has((error as { code?: number }).code ?? 0);
    const advice = denied ? rights(error) : 'see in rs.status() that most members are up; without them nothing can be written';
    return no('write concern', `a write is not acknowledged by a majority (${whyAway(error)})`, advice);
  }
}

async function clock(db: mongo.Db): Promise<Check> {
  const measured = new DatabaseClock({ ask: () => databaseTime(db) });
  await measured.measure();
  const { offset, state } = measured;
  if (offset === undefined) return warn('clock', 'the database\'s time is not known', NTP);
  const detail = `this machine is ${inWords(offset)}`;
  if (state === 'skewed') return no('clock', `${detail}: above 20 s no message is sent from here`, NTP);
  return state === 'off' ? warn('clock', detail, NTP) : ok('clock', detail);
}

/**
 * Checks that the server's TTL monitor, which runs once a minute, removes expired documents.
 * @see https://www.mongodb.com/docs/manual/reference/parameters/#mongodb-parameter-param.ttlMonitorEnabled
 */
async function ttlMonitor(db: mongo.Db): Promise<Check> {
  const name = 'ttl monitor';
  const advice = 'run db.adminCommand({ setParameter: 1, ttlMonitorEnabled: true }) in mongosh: without it what has expired stays, sessions and personal data too';
  // Not every user may ask, and a router of a cluster does not know: then expired documents tell.
  const told = await db.admin().command({ getParameter: 1, ttlMonitorEnabled: 1 }).catch(() => ({ ttlMonitorEnabled: undefined })) as { ttlMonitorEnabled?: boolean };
  if (told.ttlMonitorEnabled === false) return no(name, 'it is off', advice);
  const overdue = await db.collection<{ expiresAt: Date }>('sessions')
    .findOne({ expiresAt: { $lt: new Date(Date.now() - OVERDUE_MS) } }, { projection: { expiresAt: 1 }, sort: { expiresAt: 1 } });
  if (overdue) return no(name, `a session that expired at ${overdue.expiresAt.toISOString()} is still there`, advice);
  return ok(name, 'what has expired is removed');
}

function rights(error: unknown): string {
  return DENIED.has((error as { code?: number }).code ?? 0) ? 'give the user of MONGODB_URL the role readWrite on this database' : 'see the log of the database';
}
