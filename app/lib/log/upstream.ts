import { LogFields } from './line';

/**
 * The fields of a line about a call that another server has refused: its errcode, and WeChat's id of the call (`rid`),
 * by which `POST /api/server/diagnosis/rid` shows more.
 * @param more further fields
 */
export function upstreamFields({ errcode, errmsg = '' }: { errcode?: number; errmsg?: string }, more: Record<string, string | undefined> = {}): LogFields {
  return new LogFields({ ...more, errcode, rid: /\brid: ([A-Za-z0-9-]{1,64})/.exec(errmsg)?.[1] });
}
