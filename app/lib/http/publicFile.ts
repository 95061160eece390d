import { open, realpath, type FileHandle } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import { AppError } from '../errors';
import type { UploadedFile } from './multipart';

/**
 * Reads a file that this server offers to everybody.
 * @param root the directory of such files
 * @param path of the file in it; a leading `/public/`, as in its URL, is allowed
 * @param limit most bytes
 * @throws {AppError} INVALID_ARGUMENT when there is no such file in the directory, or it is larger
 */
export async function readPublicFile(root: string, path: string, limit: number): Promise<UploadedFile> {
  const file = await openInside(root, path.replace(/^\/public\//, ''));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw missing();
    if (stats.size > limit) throw new AppError('INVALID_ARGUMENT', { key: 'publicFileTooLarge', params: { limit } });
    return { bytes: await file.readFile(), filename: basename(path), contentType: '' };
  } finally {
    await file.close();
  }
}

/** A symbolic link is followed only within the directory. */
async function openInside(root: string, name: string): Promise<FileHandle> {
  try {
    const [directory, file] = await Promise.all([realpath(root), realpath(resolve(root, name))]);
    if (file.startsWith(directory + sep)) return await open(file);
  } catch {
    // A path that does not exist, is too long or holds a U+0000 is no file either.
  }
  throw missing();
}

function missing(): AppError {
  return new AppError('INVALID_ARGUMENT', { key: 'publicFileMissing' });
}
