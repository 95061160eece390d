import { AppError } from '../errors';

/**
 * Lets pass what needs a Tencent IM application.
 * @throws {AppError} NOT_FOUND when none is configured
 */
export function requireIm<T>(im: T | undefined): T {
  if (im === undefined) throw new AppError('NOT_FOUND', { key: 'imOff' });
  return im;
}
