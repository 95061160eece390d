import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Binary } from 'bson';
import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';

/** A user who may log in. */
export interface Credentials { user: string; password: string }

export const MECHANISM = 'SCRAM-SHA-256';
const DATABASE = 'admin';
/**
 * MongoDB's default:
 * https://www.mongodb.com/docs/manual/reference/parameters/#mongodb-parameter-param.scramSHA256IterationCount
 */
const ITERATIONS = 15_000;
const SALT_BYTES = 28;
const NONCE_BYTES = 24;
const MAX_PAYLOAD_BYTES = 4096;

/** Commands that need no login. */
const OPEN_COMMANDS = new Set(['hello', 'ismaster', 'isMaster', 'ping', 'buildInfo', 'buildinfo', 'saslStart', 'saslContinue', 'logout', 'connectionStatus', 'whatsmyuri']);

export const needsLogin = (command: string): boolean => !OPEN_COMMANDS.has(command);

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
const failed = () => new MongoError(18, 'Authentication failed.');

/**
 * A password in the form of SASLprep (RFC 4013): blanks of any kind become one kind, invisible characters are removed,
 * and compatible forms become one form.
 */
const prepared = (password: string) => password.replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
  .replace(/[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/g, '').normalize('NFKC');

/** The keys of the one user, made anew at each start. The password itself is not kept. */
export class Gate {
  private readonly user?: string;
  private readonly salt = randomBytes(SALT_BYTES);
  private readonly secret = randomBytes(SALT_BYTES);
  private readonly storedKey: Buffer = randomBytes(32);
  private readonly serverKey: Buffer = randomBytes(32);

  constructor(credentials?: Credentials) {
    if (!credentials) return;
    this.user = credentials.user;
    const salted = pbkdf2Sync(prepared(credentials.password), this.salt, ITERATIONS, 32, 'sha256');
    this.storedKey = sha256(hmac(salted, 'Client Key'));
    this.serverKey = hmac(salted, 'Server Key');
  }

  /** Whether clients have to log in. */
  get closed(): boolean {
    return this.user !== undefined;
  }

  /** All users who may log in. */
  get users(): Document[] {
    return this.user === undefined ? [] : [{ user: this.user, db: DATABASE }];
  }

  knows(user: string): boolean {
    return this.user !== undefined && timingSafeEqual(sha256(user), sha256(this.user));
  }

  /** Unknown users get an answer of the same form as known ones. */
  saltOf(user: string): Buffer {
    const other = createHmac('sha256', this.secret).update(user).digest().subarray(0, SALT_BYTES);
    return this.knows(user) ? this.salt : other;
  }

  /** The server's signature of an exchange, if the client's proof shows that it knows the password. */
  verify(user: string, exchange: string, proof: Buffer): Buffer | undefined {
    const signature = hmac(this.storedKey, exchange);
    if (proof.length !== signature.length) return undefined;
    const clientKey = Buffer.from(proof.map((byte, i) => byte ^ signature[i]));
    const right = timingSafeEqual(sha256(clientKey), this.storedKey);
    return right && this.knows(user) ? hmac(this.serverKey, exchange) : undefined;
  }
}

/** A login that has begun: https://datatracker.ietf.org/doc/html/rfc5802#section-3 */
interface Conversation { id: number; user: string; header: string; clientFirst: string; serverFirst: string; nonce: string; skipEmpty: boolean; proven: boolean }

/** The login state of a connection. */
export class Access {
  private user?: string;
  private conversation?: Conversation;
  private conversations = 0;

  constructor(private readonly gate: Gate) {}

  /** Throws MongoError 13 for a command that needs a login, without one. */
  check(command: string): void {
    if (this.gate.closed && this.user === undefined && needsLogin(command)) throw new MongoError(13, `command ${command} requires authentication`);
  }

  /** As `connectionStatus` shows it. */
  get users(): Document[] {
    return this.user === undefined ? [] : [{ user: this.user, db: DATABASE }];
  }

  /** The answer to saslStart. Throws MongoError 18, 334. */
  start(database: string, { mechanism, payload, options }: Document): Document {
    this.conversation = undefined;
    if (mechanism !== MECHANISM) throw new MongoError(334, `Received authentication for mechanism ${String(mechanism)} which is not enabled`);
    const [, header, clientFirst] = /^([ny],(?:a=[^,]*)?,)(.*)$/s.exec(textOf(payload)) ?? [];
    const [, name, clientNonce] = /^n=([^,]*),r=([\x21-\x2b\x2d-\x7e]+)/.exec(clientFirst ?? '') ?? [];
    if (database !== DATABASE || !header || !name || !clientNonce) throw failed();
    const user = name.replace(/=2C/g, ',').replace(/=3D/g, '=');
    const nonce = clientNonce + randomBytes(NONCE_BYTES).toString('base64');
    const serverFirst = `r=${nonce},s=${this.gate.saltOf(user).toString('base64')},i=${ITERATIONS}`;
    const skipEmpty = isDocument(options) && options.skipEmptyExchange === true;
    this.conversation = { id: ++this.conversations, user, header, clientFirst, serverFirst, nonce, skipEmpty, proven: false };
    return answer(this.conversations, false, serverFirst);
  }

  /** The answer to saslContinue. Throws MongoError 17, 18. */
  continue({ conversationId, payload }: Document): Document {
    const { conversation } = this;
    if (!conversation) throw new MongoError(17, 'No SASL session state found');
    const given = textOf(payload);
    if (conversation.proven && conversationId === conversation.id && given === '') return this.finish(conversation, '');
    this.conversation = undefined;
    const [, unproven, binding, nonce, proof] = /^(c=([A-Za-z0-9+/=]+),r=([^,]+)(?:,[^p][^,]*)*),p=([A-Za-z0-9+/=]+)$/.exec(given) ?? [];
    if (conversation.proven || conversationId !== conversation.id || !unproven) throw failed();
    if (Buffer.from(binding, 'base64').toString() !== conversation.header || nonce !== conversation.nonce) throw failed();
    const exchange = `${conversation.clientFirst},${conversation.serverFirst},${unproven}`;
    const signature = this.gate.verify(conversation.user, exchange, Buffer.from(proof, 'base64'));
    if (!signature) throw failed();
    const last = `v=${signature.toString('base64')}`;
    if (conversation.skipEmpty) return this.finish(conversation, last);
    this.conversation = { ...conversation, proven: true };
    return answer(conversation.id, false, last);
  }

  logout(): void {
    this.user = undefined;
    this.conversation = undefined;
  }

  private finish({ id, user }: Conversation, payload: string): Document {
    this.conversation = undefined;
    this.user = user;
    return answer(id, true, payload);
  }
}

function answer(conversationId: number, done: boolean, payload: string): Document {
  return { conversationId, done, payload: new Binary(Buffer.from(payload)), ok: 1 };
}

function textOf(payload: Value): string {
  if (typeof payload === 'string' && payload.length <= MAX_PAYLOAD_BYTES) return Buffer.from(payload, 'base64').toString();
  if (!(payload instanceof Binary) || payload.position > MAX_PAYLOAD_BYTES) throw failed();
  return Buffer.from(payload.value()).toString();
}
