/** The largest file that WeChat takes, of any type. */
export const MOST_BYTES = 10 * 1024 * 1024;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/bmp': 'bmp',
  'audio/amr': 'amr',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'video/mp4': 'mp4',
};

/**
 * A file name from which WeChat takes the format: the given one, with the extension of its content type if it has none.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/uploadTempMedia.html
 */
export function mediaFilename(filename: string, contentType: string): string {
  if (/\.(?:png|jpe?g|gif|bmp|amr|mp3|mp4)$/i.test(filename)) return filename;
  const type = contentType.split(';', 1)[0].trim().toLowerCase();
  const extension = Object.hasOwn(EXTENSIONS, type) ? `.${EXTENSIONS[type]}` : '';
  return `${filename || 'media'}${extension}`;
}
