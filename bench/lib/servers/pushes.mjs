// What a person would write by hand to take pushes and nothing else: node:http and saxes, no framework.
import { createDecipheriv, hash, timingSafeEqual } from 'node:crypto';
import { SaxesParser } from 'saxes';
import { serveRequests } from './http.mjs';

const { BENCH_APPID, BENCH_TOKEN, BENCH_AES_KEY } = process.env;
const key = Buffer.from(`${BENCH_AES_KEY}=`, 'base64');
const iv = key.subarray(0, 16);

/**
 * Serves pushes: verifies, decrypts and parses each, passes it to `store` as a document, and answers when that is done.
 */
export function servePushes(store) {
  serveRequests(async (request, body, response) => {
    const message = open(new URLSearchParams(request.url.slice(request.url.indexOf('?') + 1)), body);
    if (!message) return void response.writeHead(403).end();
    await store(toDocument(message));
    response.setHeader('Content-Type', 'text/plain');
    response.setHeader('Content-Length', 7);
    response.end('success');
  });
}

/** The stored document of a push, under its identity. */
export function toDocument(message) {
  return {
    _id: `${BENCH_APPID}:${message.FromUserName}:${message.MsgId}`,
    appid: BENCH_APPID,
    openid: message.FromUserName,
    type: message.MsgType,
    content: message.Content,
    payload: message,
    createTime: new Date(Number(message.CreateTime) * 1000),
    receivedAt: new Date(),
  };
}

function open(query, body) {
  const { Encrypt } = parse(body);
  const parts = [BENCH_TOKEN, query.get('timestamp') ?? '', query.get('nonce') ?? '', Encrypt];
  if (Math.abs(Date.now() / 1000 - Number(parts[1])) > 300) return undefined;
  const given = Buffer.from(query.get('msg_signature') ?? '');
  const right = Buffer.from(hash('sha1', parts.sort().join('')));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  const content = decipher.update(Encrypt, 'base64');
  const end = 20 + content.readUInt32BE(16);
  const appid = content.toString('utf8', end, content.length - content[content.length - 1]);
  return appid === BENCH_APPID ? parse(content.toString('utf8', 20, end)) : undefined;
}

function parse(xml) {
  const record = {};
  const parser = new SaxesParser({ position: false });
  let text = '';
  parser.on('error', error => { throw error; });
  parser.on('opentag', () => { text = ''; });
  parser.on('text', part => { text += part; });
  parser.on('cdata', part => { text += part; });
  parser.on('closetag', ({ name }) => { record[name] = text; });
  parser.write(xml).close();
  return record;
}
