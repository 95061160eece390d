// What a person would write by hand for logins alone: node:http, undici and the driver; one upsert, one insert.
import { hash, randomBytes } from 'node:crypto';
import { request as call } from 'undici';
import { openDatabase } from '../../lib/servers/database.mjs';
import { serveRequests } from '../../lib/servers/http.mjs';

const { BENCH_WECHAT, BENCH_APPID, BENCH_SECRET } = process.env;
const WEEK = 7 * 86_400_000;

const db = await openDatabase();
const openids = db.collection('openids');
const sessions = db.collection('sessions');
await sessions.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });

serveRequests(async (_request, body, response) => {
  const { code } = JSON.parse(body);
  const answer = await call(`${BENCH_WECHAT}/sns/jscode2session?appid=${BENCH_APPID}&secret=${BENCH_SECRET}&js_code=${encodeURIComponent(code)}&grant_type=authorization_code`);
  const { openid, session_key: sessionKey, errcode } = await answer.body.json();
  if (errcode) return void response.writeHead(400).end(String(errcode));
  const now = new Date();
  await openids.updateOne({ _id: `${BENCH_APPID}:${openid}` }, {
    $set: { sessionKey, lastSeenAt: now }, $setOnInsert: { appid: BENCH_APPID, openid, createdAt: now },
  }, { upsert: true });
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + WEEK);
  await sessions.insertOne({ _id: hash('sha256', token), appid: BENCH_APPID, openid, createdAt: now, lastSeenAt: now, expiresAt });
  const text = JSON.stringify({ token, expiresAt, openid });
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
});
