import { createCipheriv, hash, randomBytes } from 'node:crypto';
import { APP } from './app.mjs';
import { openidOf } from './people.mjs';

const key = Buffer.from(`${APP.aesKey}=`, 'base64');
let last = 22_923_519_871_373_703n;

/**
 * Text messages in secure mode as WeChat sends them, each of another person and with a MsgId of its own. The text names
 * the MsgId, so that a reply which repeats the text can be matched with its push.
 * @return {Array<{ id: string, request: Buffer }>} the MsgId, and the whole HTTP request
 */
export function securePushes(path, count) {
  return Array.from({ length: count }, () => push(path, String(++last)));
}

function push(path, id) {
  const openid = openidOf(id);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = String(last % 2_000_000_000n);
  const encrypted = encrypt('<xml><ToUserName><![CDATA[gh_bench00000001]]></ToUserName>\n' +
    `<FromUserName><![CDATA[${openid}]]></FromUserName>\n<CreateTime>${timestamp}</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n` +
    `<Content><![CDATA[你好，订单 ${id} 什么时候发货？]]></Content>\n<MsgId>${id}</MsgId>\n</xml>`);
  const body = `<xml>\n    <ToUserName><![CDATA[gh_bench00000001]]></ToUserName>\n    <Encrypt><![CDATA[${encrypted}]]></Encrypt>\n</xml>\n`;
  const query = `signature=${sign(timestamp, nonce)}&timestamp=${timestamp}&nonce=${nonce}&openid=${openid}` +
    `&encrypt_type=aes&msg_signature=${sign(timestamp, nonce, encrypted)}`;
  const request = Buffer.from(`POST ${path}?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nPragma: no-cache\r\n` +
    `Content-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: Keep-Alive\r\n\r\n${body}`);
  return { id, request };
}

function sign(...parts) {
  return hash('sha1', [APP.token, ...parts].sort().join(''));
}

function encrypt(plain) {
  const message = Buffer.from(plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const content = Buffer.concat([randomBytes(16), length, message, Buffer.from(APP.appid)]);
  const pad = 32 - content.length % 32;
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(content), cipher.update(Buffer.alloc(pad, pad))]).toString('base64');
}
