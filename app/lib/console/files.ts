import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file of a built page, ready to send. */
export interface PageFile {
  type: string;
  etag: string;
  /** Whether its name changes with its content. */
  hashed: boolean;
  plain: Buffer;
  gzip?: Buffer;
  br?: Buffer;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.webp': 'image/webp', '.jpg': 'image/jpeg', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.svg', '.txt']);
/** Names that the build writes: `assets/index-BxK3jz0a.js`. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._~@-]{0,127}$/;
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const MOST_FILES = 500;
const MOST_BYTES = 8 * 1024 * 1024;

const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];

/** The files of a build's directory, compressed once and kept in memory; a file that changes is read again. */
export class PageFiles {
  private readonly kept = new Map<string, { changed: number; file: Promise<PageFile> }>();

  constructor(private readonly dir: string) {}

  /**
   * Reads a file.
   * @param path below the directory, as it stands in an address: `assets/index-BxK3jz0a.js`
   * @return undefined when there is none; nothing outside the directory is ever read
   */
  async find(path: string): Promise<PageFile | undefined> {
    const segments = path.split('/');
    const type = TYPES[extname(path)];
    if (type === undefined || segments.length > 4 || !segments.every(segment => SEGMENT.test(segment))) return undefined;
    const place = join(this.dir, ...segments);
    const found = await stat(place).catch(() => undefined);
    if (!found?.isFile() || found.size > MOST_BYTES) return undefined;
    const kept = this.kept.get(path);
    if (kept?.changed === found.mtimeMs) return kept.file;
    const file = this.read(place, path, type);
    if (this.kept.size >= MOST_FILES) this.kept.clear();
    this.kept.set(path, { changed: found.mtimeMs, file });
    file.catch(() => this.kept.delete(path));
    return file;
  }

  private async read(place: string, path: string, type: string): Promise<PageFile> {
    const plain = await readFile(place);
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    const hashed = path.startsWith('assets/') && HASHED.test(path);
    if (!COMPRESSED.has(extname(path)) || plain.length < 512) return { type, etag, hashed, plain };
    const [br, gzipped] = await Promise.all([
      brotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }), zip(plain, { level: 9 }),
    ]);
    return { type, etag, hashed, plain, gzip: gzipped, br };
  }
}
