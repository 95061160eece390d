import { AppError } from '../../errors';
import type { Message } from '../../language/message';

/** Most bytes of a payload, as JSON in UTF-8. */
export const MOST_PAYLOAD_BYTES = 4_096;

/** The characters that WeChat takes as a scene. */
const SCENE = /^[A-Za-z0-9!#$&'()*+,/:;=?@\-._~]{1,32}$/;
/** A page, or a path: no blanks, none of the characters that end it. */
const PATH = /^[^\s?#]{1,1024}$/u;
const QUERY = /^[A-Za-z0-9!#$&'()*+,/:;=?@\-._~%]*$/;

/** The request for a code: with one of both. */
interface Content {
  payload?: unknown;
  scene?: string;
}

/**
 * Refuses a request of which no code can be made.
 * @throws {AppError} INVALID_ARGUMENT
 */
export function requireContent({ payload, scene }: Content): void {
  if ((payload === undefined) === (scene === undefined)) throw refusal({ key: 'payloadOrScene' });
  if (scene !== undefined && !SCENE.test(scene)) throw refusal({ key: 'sceneMalformed' });
  if (payload === undefined) return;
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes > MOST_PAYLOAD_BYTES) throw refusal({ key: 'payloadTooLong', params: { bytes, most: MOST_PAYLOAD_BYTES } });
  // JSON.stringify writes a lone surrogate as an escape, and the escape of a backslash with two of them.
  if (/(?<!\\)(?:\\\\)*\\ud[89a-f]/i.test(JSON.stringify(payload))) throw refusal({ key: 'brokenText', params: { field: 'payload' } });
}

/**
 * Refuses a page for which WeChat's calls for codes answer 41030.
 * @throws {AppError} INVALID_ARGUMENT
 */
export function requirePage(page: string): void {
  if (page.startsWith('/')) throw refusal({ key: 'pageWithSlash' });
  if (page.includes('?')) throw refusal({ key: 'pageWithQuery' });
  if (!PATH.test(page)) throw refusal({ key: 'pageMalformed', params: { field: 'page' } });
}

/**
 * Refuses an invalid path of a link, which may begin with a slash, and an invalid query.
 * @throws {AppError} INVALID_ARGUMENT
 */
export function requirePathAndQuery({ path, query }: { path?: string; query?: string }): void {
  if (path?.includes('?')) throw refusal({ key: 'pathWithQuery' });
  if (path !== undefined && !PATH.test(path)) throw refusal({ key: 'pageMalformed', params: { field: 'path' } });
  if (query !== undefined && !QUERY.test(query)) throw refusal({ key: 'queryCharacters' });
}

function refusal(message: Message): AppError {
  return new AppError('INVALID_ARGUMENT', message);
}
