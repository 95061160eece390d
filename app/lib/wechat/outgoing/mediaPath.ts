/** A customer-service message or passive reply, some of which name a file of this server instead of a media_id. */
interface Message {
  image?: { media_id?: string; path?: string };
  miniprogrampage?: { thumb_media_id?: string; thumb_path?: string };
}

/** The file that a message names: `image.path`, or `thumb_path` of a card; undefined when it names none. */
export function mediaPathOf({ image, miniprogrampage }: Message): string | undefined {
  return image?.path ?? miniprogrampage?.thumb_path;
}

/** The message as WeChat takes it: with the media_id in place of the file's path. */
export function withMediaId<T extends Message>(message: T, mediaId: string): T {
  const { image, miniprogrampage } = message;
  if (image) return { ...message, image: { media_id: mediaId } };
  const { thumb_path: _path, ...page } = miniprogrampage ?? {};
  return { ...message, miniprogrampage: { ...page, thumb_media_id: mediaId } };
}
