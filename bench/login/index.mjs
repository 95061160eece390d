import { randomBytes } from 'node:crypto';
import { compareCases, stepsOf } from '../lib/cases.mjs';
import { printCases } from '../lib/casesTable.mjs';
import { startProject } from '../lib/project.mjs';
import { httpRequest } from '../lib/request.mjs';
import { startServer } from '../lib/server.mjs';
import { withSession } from '../lib/session.mjs';
import { assertCount, empty } from '../lib/store.mjs';
import { printSetting } from '../lib/table.mjs';
import { startWechat } from '../lib/wechat.mjs';

export const DEFAULTS = { rounds: 3, logins: 2000, connections: 32 };

/** The rate limits are on, as in production, but not reached. */
const LIMITS = { RATE_LIMIT_LOGIN_PER_MINUTE: '1000000', RATE_LIMIT_USER_PER_MINUTE: '1000000' };

const CONTESTANTS = [
  {
    id: 'a', name: 'this project', path: '/api/jscode2session',
    start: ({ wechat, ...options }) => startProject({ ...options, env: { ...LIMITS, WECHAT_API_BASE: wechat.base } }),
  },
  {
    id: 'b', name: 'node:http + undici + driver', path: '/',
    start: ({ wechat, ...options }) => startServer({ ...options, file: new URL('servers/bare.mjs', import.meta.url), env: { BENCH_WECHAT: wechat.base } }),
  },
];

/**
 * The login benchmark: codes exchanged for sessions, while WeChat answers at once and after 50 ms.
 * @param {{ rounds: number, logins: number, connections: number }} options
 */
export async function run(options) {
  await withSession(stepsOf({ contestants: CONTESTANTS, cases: CASES, ...options }), async session => {
    const { databases, probes, progress } = session;
    progress.say('starting the contestants');
    const wechat = await session.start(startWechat());
    const contestants = [];
    for (const contestant of CONTESTANTS) {
      const database = databases.of(contestant.id);
      const running = await session.start(contestant.start({ name: contestant.name, database, wechat, probes }));
      contestants.push({ ...contestant, ...running, database, databaseProbe: databases.probe, people: [] });
    }
    await compareCases(session, { contestants, cases: CASES.map(one => toCase(one, wechat, options)), ...options, afterRound: forget });
    progress.end();
    printSetting(`Login: medians of ${options.rounds} rounds of ${options.logins} (smallest–largest), ${options.connections} at once, one serving process each.`, databases.kind);
    printCases(contestants, CASES);
  });
}

/** `known`: people who logged in in the case before it. */
const CASES = [
  { id: 'new', title: 'people who log in for the first time, WeChat at 0 ms', unit: 'login', delay: 0, known: false },
  { id: 'known', title: 'people who come back, WeChat at 0 ms', unit: 'login', delay: 0, known: true },
  { id: 'slow', title: 'people who log in for the first time, WeChat at 50 ms', unit: 'login', delay: 50, known: false },
];

function toCase({ delay, known, ...titled }, wechat, { logins }) {
  return {
    ...titled,
    prepare: () => wechat.delay(delay),
    /** A code is `<person>.<a number of its own>`: see the stand-in. */
    requests(contestant) {
      if (!known) contestant.people.push(...Array.from({ length: logins }, () => randomBytes(8).toString('hex')));
      contestant.logins = (contestant.logins ?? 0) + logins;
      return contestant.people.slice(-logins).map((person, index) => httpRequest('POST', contestant.path, { json: { code: `${person}.${contestant.logins + index}` } }));
    },
    accepts: body => body.includes('"token":"'),
    async check({ name, database: { db }, people, logins: all }) {
      await assertCount(db.collection('openids'), {}, people.length, name);
      await assertCount(db.collection('sessions'), {}, all, name);
    },
  };
}

/** No contestant pays for the documents of another round. */
async function forget(contestant) {
  const { database: { db } } = contestant;
  await empty(...['sessions', 'openids', 'users', 'loginCodes'].map(name => db.collection(name)));
  Object.assign(contestant, { people: [], logins: 0 });
}
