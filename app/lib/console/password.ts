import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { AppError } from '../errors';

/**
 * 32 MiB and a quarter of a second on one core.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
const PARAMETERS = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Each hash takes a thread of Node's pool, which the file system and DNS need too. */
const AT_ONCE = 2;
/** A caller who would wait longer than some seconds is refused and may come again. */
const MOST_WAITING = 20;

const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{8,128})\$([A-Za-z0-9+/]{16,128})$/;

let running = 0;
const waiting: Array<() => void> = [];

/**
 * A password's stored form: `$scrypt$ln=…,r=…,p=…$<salt>$<hash>`, which carries its parameters, so that they may change
 * later.
 * @throws {AppError} RATE_LIMITED when many others are being hashed
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const { ln, r, p } = PARAMETERS;
  const hashed = await derive(password, salt, HASH_BYTES, PARAMETERS);
  return `$scrypt$ln=${ln},r=${r},p=${p}$${text(salt)}$${text(hashed)}`;
}

/**
 * Whether a password is the stored one. It takes as long when nothing is stored.
 * @param stored a result of `hashPassword`; undefined when there is nobody of that name
 * @throws {AppError} RATE_LIMITED when many others are being hashed
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, ln, r, p, salt, hashed] = FORMAT.exec(stored ?? '') ?? [];
  if (hashed === undefined) {
    await derive(password, Buffer.alloc(SALT_BYTES), HASH_BYTES, PARAMETERS);
    return false;
  }
  const wanted = Buffer.from(hashed, 'base64');
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), wanted.length, { ln: Number(ln), r: Number(r), p: Number(p) }), wanted);
}

async function derive(password: string, salt: Buffer, bytes: number, { ln, r, p }: typeof PARAMETERS): Promise<Buffer> {
  await turn();
  try {
    const N = 2 ** ln;
    return await new Promise((resolve, reject) => {
      const options: ScryptOptions = { N, r, p, maxmem: 128 * N * r * 2 };
      scrypt(Buffer.from(password.normalize('NFKC')), salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
    });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

async function turn(): Promise<void> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) throw new AppError('RATE_LIMITED');
    await new Promise<void>(resolve => { waiting.push(resolve); });
  }
  running++;
}

function text(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
