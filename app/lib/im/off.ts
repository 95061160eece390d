import { AppError } from '../errors';

/**
 * Checks that a Tencent IM application is configured.
 * @throws {AppError} NOT_FOUND when none is
 */
export function requireIm<T>(im: T | undefined): T {
  if (im === undefined) throw new AppError('NOT_FOUND', { key: 'imOff' });
  return im;
}
