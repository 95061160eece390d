import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { AppError } from '../../../app/lib/errors';
import { readPublicFile } from '../../../app/lib/http/publicFile';
import { Scratch } from '../../support/environment';

const LIMIT = 1_000;

describe('lib/http/publicFile', () => {
  const scratch = new Scratch();
  const root = scratch.path('public');
  const read = (path: string) => readPublicFile(root, path, LIMIT);
  before(() => {
    mkdirSync(`${root}/shop`, { recursive: true });
    writeFileSync(`${root}/qr.png`, 'qr');
    writeFileSync(`${root}/shop/二维码.png`, 'shop');
    writeFileSync(`${root}/large.png`, Buffer.alloc(LIMIT + 1));
    writeFileSync(`${root}/full.png`, Buffer.alloc(LIMIT));
    writeFileSync(scratch.path('secret'), 'secret');
    symlinkSync(scratch.path('secret'), `${root}/out.png`);
    symlinkSync(`${root}/qr.png`, `${root}/in.png`);
  });
  after(() => scratch.remove());

  it('reads a file by its path, or by the path of its URL', async () => {
    for (const path of ['qr.png', '/public/qr.png', 'shop/../qr.png', 'in.png']) assert.equal((await read(path)).bytes.toString(), 'qr', path);
    assert.deepEqual(await read('shop/二维码.png'), { bytes: Buffer.from('shop'), filename: '二维码.png', contentType: '' });
    assert.equal((await read('full.png')).bytes.length, LIMIT);
  });

  it('reads nothing outside, and nothing that is not a file', async () => {
    for (const path of ['../secret', '/public/../secret', 'shop/../../secret', scratch.path('secret'), 'out.png', 'missing.png', '', '.', 'shop', '/public/', 'a\0b', 'x'.repeat(5_000)]) {
      await assert.rejects(read(path), (error: unknown) => error instanceof AppError && error.code === 'INVALID_ARGUMENT' && /names no file/.test(error.message), path.slice(0, 40));
    }
  });

  it('reads no more than it may', async () => {
    await assert.rejects(read('large.png'), /larger than 1000 bytes/);
  });
});
