import { hash, randomBytes } from 'node:crypto';
import { APP } from '../lib/app.mjs';
import { compareCases, stepsOf } from '../lib/cases.mjs';
import { printCases } from '../lib/casesTable.mjs';
import { startProject } from '../lib/project.mjs';
import { httpRequest } from '../lib/request.mjs';
import { startServer } from '../lib/server.mjs';
import { withSession } from '../lib/session.mjs';
import { printSetting } from '../lib/table.mjs';
import { OFFICIAL, storePeople } from './people.mjs';

export const DEFAULTS = { rounds: 3, calls: 4000, connections: 32 };

const PEOPLE = 1000;

const CONTESTANTS = [
  {
    id: 'a', name: 'this project',
    start: options => startProject({
      ...options,
      // The rate limits are on, as in production, but not reached.
      env: { RATE_LIMIT_USER_PER_MINUTE: '1000000', OFFICIAL_APPID: OFFICIAL, OFFICIAL_SECRET: 'bench-secret', OFFICIAL_TOKEN: APP.token },
    }),
  },
  { id: 'b', name: 'node:http + driver', start: options => startServer({ ...options, file: new URL('servers/bare.mjs', import.meta.url), env: { BENCH_OFFICIAL: OFFICIAL } }) },
];

const CASES = [
  { id: 'follow', title: 'GET /api/follow', unit: 'call', path: '/api/follow', accepts: body => body.includes('"following":true') },
  { id: 'me', title: 'GET /api/me', unit: 'call', path: '/api/me', accepts: body => body.includes('"nickName":"') && body.includes('"following":true') },
  { id: 'healthz', title: 'GET /healthz', unit: 'call', path: '/healthz', accepts: () => true },
];

/**
 * The call benchmark: the most frequent calls of mini-programs, by 1,000 people in turn.
 * @param {{ rounds: number, calls: number, connections: number }} options
 */
export async function run(options) {
  await withSession(stepsOf({ contestants: CONTESTANTS, cases: CASES, ...options }), async session => {
    const { databases, probes, progress } = session;
    progress.say('starting the contestants');
    const tokens = Array.from({ length: PEOPLE }, () => randomBytes(32).toString('base64url'));
    const contestants = [];
    for (const contestant of CONTESTANTS) {
      const database = databases.of(contestant.id);
      const running = await session.start(contestant.start({ name: contestant.name, database, probes }));
      await storePeople(database.db, tokens.map(token => hash('sha256', token)));
      contestants.push({ ...contestant, ...running, databaseProbe: databases.probe });
    }
    const cases = CASES.map(({ path, ...one }) => ({
      ...one,
      requests: () => Array.from({ length: options.calls }, (_, index) => httpRequest('GET', path, { token: tokens[index % PEOPLE] })),
    }));
    await compareCases(session, { contestants, cases, ...options });
    progress.end();
    printSetting(`Calls: medians of ${options.rounds} rounds of ${options.calls} (smallest–largest), ${PEOPLE} people in turn, ${options.connections} at once, one serving process each.`, databases.kind);
    printCases(contestants, CASES);
  });
}
