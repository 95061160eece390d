import { AppError } from '../errors';
import { checkTemplateData, parseTemplateContent, type TemplateField } from '../wechat/outgoing/template';

/** The keys of the template for each piece of the notice; by the keys' kinds where left out. */
export interface NoticeFields {
  sender?: string;
  time?: string;
  text?: string;
}

/** The content of a notice. */
export interface NoticeContent {
  sender: string;
  at: Date;
  text: string;
  /** How many messages the notice stands for. */
  count: number;
}

const SHANGHAI = 8 * 3_600_000;

/**
 * The data of an offline notice: sender → first thing or name, time → first time or date, text → next thing, unless
 * `fields` says otherwise; a notice for several messages says how many before its text. Values are cut to fit.
 * @param template the template's fields when they are known; else only the keys of `fields` are filled
 * @throws {AppError} INVALID_ARGUMENT when a value does not fit its key, or there is no key for any
 */
export function noticeData(content: NoticeContent, fields: NoticeFields = {}, template?: readonly TemplateField[]): Record<string, { value: string }> {
  const named = Object.values(fields).filter(key => key !== undefined);
  const known = template ?? parseTemplateContent(named.map(key => `{{${key}.DATA}}`).join(''));
  const chosen: TemplateField[] = [];
  const choose = (key: string | undefined, kinds: string[]) => {
    const field = key === undefined
      ? known.find(candidate => kinds.includes(candidate.kind) && !named.includes(candidate.key) && !chosen.includes(candidate))
      : known.find(candidate => candidate.key === key);
    if (field) chosen.push(field);
    return field;
  };
  const sender = choose(fields.sender, ['thing', 'name']);
  const time = choose(fields.time, ['time', 'date']);
  const text = choose(fields.text, ['thing']);
  if (chosen.length === 0) throw new AppError('INVALID_ARGUMENT', { key: 'noNoticeKey' });
  const data: Record<string, { value: string }> = {};
  if (sender) data[sender.key] = { value: sender.kind === 'name' ? nameLike(content.sender) : content.sender };
  if (time) data[time.key] = { value: new Date(content.at.getTime() + SHANGHAI).toISOString().slice(0, 16).replace('T', ' ') };
  if (text) data[text.key] = { value: content.count > 1 ? `[${content.count}条新消息] ${content.text}` : content.text };
  return checkTemplateData({ fields: chosen }, data);
}

/** A name holds letters only; an IM user id seldom does. */
function nameLike(sender: string): string {
  return sender.replace(/[^\p{L}\p{M} ]+/gu, ' ').trim() || '新消息';
}
