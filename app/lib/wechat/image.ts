/** An image that WeChat has made. */
export interface WechatImage {
  /** `image/jpeg` or `image/png` */
  contentType: string;
  bytes: Buffer;
}

/** The first bytes of files of these formats. */
const SIGNATURES: ReadonlyArray<readonly [contentType: string, beginning: Buffer]> = [
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
];

/** The first characters of JSON or an HTML page: blanks, `{`, `[`, `<`. */
const TEXTUAL = /^[\s{[<]/;

/**
 * The image in an answer that may be JSON instead: its bytes decide, whatever its content type. Bytes of an unknown
 * format are an image when the content type says so and they are no text.
 * @return undefined when it is no image
 */
export function imageOf(label: string, bytes: Buffer): WechatImage | undefined {
  const known = SIGNATURES.find(([, beginning]) => bytes.subarray(0, beginning.length).equals(beginning));
  if (known) return { contentType: known[0], bytes };
  const type = label.split(';', 1)[0].trim().toLowerCase();
  if (!type.startsWith('image/') || bytes.length === 0 || TEXTUAL.test(bytes.toString('latin1', 0, 1))) return undefined;
  return { contentType: type, bytes };
}
