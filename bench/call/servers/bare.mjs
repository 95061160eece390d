// What a person would write by hand for these calls alone: node:http and the driver.
import { hash } from 'node:crypto';
import { openDatabase } from '../../lib/servers/database.mjs';
import { serveRequests } from '../../lib/servers/http.mjs';

const appid = process.env.BENCH_OFFICIAL;
const db = await openDatabase();
const [sessions, users, follows] = ['sessions', 'users', 'follows'].map(name => db.collection(name));
await follows.createIndex({ unionid: 1 });

/** The answer of each path to a logged-in person. */
const PATHS = {
  '/healthz': async () => ({ ok: true }),
  '/api/follow': async request => follow(await login(request)),
  '/api/me': async request => {
    const session = await login(request);
    const [user, { following }] = await Promise.all([users.findOne({ _id: session.userId }), follow(session)]);
    return { userId: user._id, openid: session.openid, unionid: user.unionid, profile: user.profile, following, createdAt: user.createdAt, lastSeenAt: user.lastSeenAt };
  },
};

async function login({ headers }) {
  const token = headers.authorization?.slice('Bearer '.length) ?? '';
  const session = await sessions.findOne({ _id: hash('sha256', token), expiresAt: { $gt: new Date() } });
  if (!session) throw new Error('nobody is logged in');
  return session;
}

async function follow({ unionid }) {
  const found = await follows.findOne({ unionid, appid });
  return { following: found?.following ?? false, since: found?.followedAt ?? null };
}

serveRequests(async (request, _body, response) => {
  const text = JSON.stringify(await PATHS[request.url](request));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
});
