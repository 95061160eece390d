import { LogFields } from './line';

/**
 * What a line says of a call that somebody else has refused: their number, and WeChat's name of the call (`rid`), by
 * which `POST /api/server/diagnosis/rid` tells more.
 * @param more fields beside those
 */
export function upstreamFields({ errcode, errmsg = '' }: { errcode?: number; errmsg?: string }, more: Record<string, string | undefined> = {}): LogFields {
  return new LogFields({ ...more, errcode, rid: /\brid: ([A-Za-z0-9-]{1,64})/.exec(errmsg)?.[1] });
}
