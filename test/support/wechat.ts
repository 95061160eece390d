import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** WeChat's side of a push, written from the official description and not with the code under test. */
export interface PushApp {
  appid: string;
  token: string;
  aesKey?: string;
}

export function sha1(parts: string[]): string {
  return createHash('sha1').update([...parts].sort().join('')).digest('hex');
}

export function encrypt(app: PushApp, plain: string, appid = app.appid): string {
  const key = Buffer.from(`${app.aesKey}=`, 'base64');
  const message = Buffer.from(plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const body = Buffer.concat([randomBytes(16), length, message, Buffer.from(appid)]);
  const pad = 32 - (body.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([body, Buffer.alloc(pad, pad)])), cipher.final()]).toString('base64');
}

export function decrypt(app: PushApp, encrypted: string): { plain: string; appid: string } {
  const key = Buffer.from(`${app.aesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
  const body = padded.subarray(0, padded.length - padded[padded.length - 1]);
  const length = body.readUInt32BE(16);
  return { plain: body.subarray(20, 20 + length).toString(), appid: body.subarray(20 + length).toString() };
}

/** Query of a push in plain mode. */
export function plainQuery(app: PushApp, timestamp = String(Math.floor(Date.now() / 1000)), nonce = '1320562132'): string {
  return String(new URLSearchParams({ signature: sha1([app.token, timestamp, nonce]), timestamp, nonce }));
}

/** A push in secure mode: its query and its body. */
export function securePush(app: PushApp, plain: string, format: 'xml' | 'json' = 'xml', appid = app.appid): { query: string; body: string } {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(5).toString('hex');
  const Encrypt = encrypt(app, plain, appid);
  const query = new URLSearchParams({
    signature: sha1([app.token, timestamp, nonce]), timestamp, nonce, encrypt_type: 'aes', msg_signature: sha1([app.token, timestamp, nonce, Encrypt]),
  });
  const body = format === 'json' ? JSON.stringify({ ToUserName: 'gh_1', Encrypt }) : `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[${Encrypt}]]></Encrypt></xml>`;
  return { query: String(query), body };
}

/** A text message as WeChat writes it. */
export function textXml(openid: string, content: string, msgId: string | number, createTime = Math.floor(Date.now() / 1000)): string {
  return `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName><CreateTime>${createTime}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content><MsgId>${msgId}</MsgId></xml>`;
}

/** The same as JSON. */
export function textJson(openid: string, content: string, msgId: number, createTime = Math.floor(Date.now() / 1000)): string {
  return JSON.stringify({ ToUserName: 'gh_1', FromUserName: openid, CreateTime: createTime, MsgType: 'text', Content: content, MsgId: msgId });
}
