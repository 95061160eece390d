import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors';

/** A body that is longer than its route allows. */
export class BodyTooLargeError extends AppError {
  constructor(limit: number) {
    super('INVALID_ARGUMENT', { key: 'bodyTooLong', params: { limit } });
  }
}

/**
 * Refuses a compressed or otherwise encoded body: its bytes would be misread.
 * @throws {AppError} INVALID_ARGUMENT
 */
export function assertNotEncoded({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.split(',').every(name => ['', 'identity'].includes(name.trim().toLowerCase()))) return;
  throw new AppError('INVALID_ARGUMENT', { key: 'bodyEncoded' });
}

/**
 * Reads a request's whole body.
 * @param limit bytes; a longer one is refused as soon as that is known, and the rest of it is not read
 * @throws {BodyTooLargeError}
 * @throws {AppError} INVALID_ARGUMENT when it is encoded, or the connection breaks off
 */
export function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    assertNotEncoded(req);
    const declared = Number(req.headers['content-length'] ?? 0);
    if (declared > limit) return reject(new BodyTooLargeError(limit));
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        req.removeAllListeners('data').pause();
        reject(new BodyTooLargeError(limit));
      }
    });
    const broken = () => reject(new AppError('INVALID_ARGUMENT', { key: 'bodyCutShort' }));
    req.once('end', () => {
      // Every request emits `close` in the end: no error, with its stack, is made for a complete one.
      req.off('close', broken);
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
    });
    req.once('close', broken);
    req.once('error', () => reject(new AppError('INVALID_ARGUMENT', { key: 'bodyUnreadable' })));
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Bytes as text.
 * @throws {AppError} INVALID_ARGUMENT when they are not valid UTF-8
 */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new AppError('INVALID_ARGUMENT', { key: 'bodyNotUtf8' });
  }
}
