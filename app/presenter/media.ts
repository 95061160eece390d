import type { MediaDocument } from '../model/media';

/** A media file for another backend. */
export function presentMedia({ mediaId, type, expiresAt }: MediaDocument) {
  return { mediaId, type, expiresAt: expiresAt.toISOString() };
}
