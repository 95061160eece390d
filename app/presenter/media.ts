import type { MediaDocument } from '../model/media';

/** A media file as another backend uses it. */
export function presentMedia({ mediaId, type, expiresAt }: MediaDocument) {
  return { mediaId, type, expiresAt: expiresAt.toISOString() };
}
