import type { Received, SandboxAccount, SandboxPush } from '../api/types';
import { find } from '../i18n';

export interface Article { title: string; description: string; url: string }

/** One thing in a talk, as it is drawn. */
export type Drawn =
  | { kind: 'text'; text: string }
  | { kind: 'image'; url: string }
  | { kind: 'link' | 'card'; article: Article }
  | { kind: 'news'; articles: Article[] }
  | { kind: 'menu'; head: string; choices: Array<{ id: string; content: string }>; tail: string }
  | { kind: 'template'; title: string; rows: Row[]; url: string }
  | { kind: 'notice'; text: string }
  | { kind: 'transferred' }
  | { kind: 'other'; type: string };

/** A line of a notice: its title, empty where none is drawn, and its value. */
export type Row = [title: string, value: string];

export interface Said { key: string; at: number; mine: boolean; failed?: boolean; drawn: Drawn }

type Fields = Record<string, unknown>;

/** The talk of a person with an app: what WeChat has pushed of theirs, and what has reached their phone. */
export function talkOf({ appid, openid }: SandboxAccount, pushes: SandboxPush[], received: Received[]): Said[] {
  const mine = pushes.filter(push => push.appid === appid && push.openid === openid && push.type !== 'event' && push.type !== '' && !push.forged)
    .map(push => ({ key: `push-${push.id}`, at: Date.parse(push.at), mine: true, failed: push.accepted === false, drawn: drawnPush(push) }));
  const theirs = received.filter(message => message.appid === appid && message.via !== 'subscribe')
    .map((message, index) => ({ key: `got-${message.at}-${index}`, at: Date.parse(message.at), mine: false, drawn: drawnMessage(message) }));
  return [...mine, ...theirs].sort((a, b) => a.at - b.at);
}

function drawnPush({ type, appid, message }: SandboxPush): Drawn {
  if (type === 'text') return { kind: 'text', text: text(message.Content) };
  if (type === 'image') return { kind: 'image', url: pictureUrl(appid, text(message.MediaId)) };
  return { kind: 'other', type };
}

function drawnMessage({ via, appid, msgtype, message }: Received): Drawn {
  if (via === 'notice') return { kind: 'notice', text: text(fields(message.text).content) };
  if (via === 'template') return { kind: 'template', title: titleOf(message), rows: rowsOf(message), url: text(message.url) };
  return via === 'passive' ? drawnReply(appid, message) : drawnCustom(appid, msgtype, message);
}

/** A customer-service message: what stands under its msgtype. */
function drawnCustom(appid: string, msgtype: string, message: Fields): Drawn {
  switch (msgtype) {
    case 'text': return { kind: 'text', text: text(message.content) };
    case 'image': return { kind: 'image', url: pictureUrl(appid, text(message.media_id)) };
    case 'link': return { kind: 'link', article: articleOf(message) };
    case 'miniprogrampage': return { kind: 'card', article: { title: text(message.title), description: text(message.pagepath), url: '' } };
    case 'news': return { kind: 'news', articles: records(message.articles).map(articleOf) };
    case 'msgmenu': return { kind: 'menu', head: text(message.head_content), choices: records(message.list).map(each => ({ id: text(each.id), content: text(each.content) })), tail: text(message.tail_content) };
    default: return { kind: 'other', type: msgtype };
  }
}

/** A passive reply, in the words of WeChat's XML. */
function drawnReply(appid: string, message: Fields): Drawn {
  switch (message.MsgType) {
    case 'text': return { kind: 'text', text: text(message.Content) };
    case 'image': return { kind: 'image', url: pictureUrl(appid, text(fields(message.Image).MediaId)) };
    case 'news': return { kind: 'news', articles: records(fields(message.Articles).item).map(item => ({ title: text(item.Title), description: text(item.Description), url: text(item.Url) })) };
    case 'transfer_customer_service': return { kind: 'transferred' };
    default: return { kind: 'other', type: text(message.MsgType) };
  }
}

/** The title of a template; empty of one that WeChat does not know. */
export function titleOf({ title }: Fields): string {
  return text(title);
}

/** What a notice says, as its template has it; of one that WeChat does not know, under what the kind of each field is called. */
export function rowsOf({ data, names }: Fields): Row[] {
  const [values, titles] = [fields(data), fields(names)];
  const keys = new Set([...Object.keys(titles).filter(key => Object.hasOwn(values, key)), ...Object.keys(values)]);
  return [...keys].map(key => [text(titles[key]) || kindOf(key), text(fields(values[key]).value)]);
}

/** `thing1` → what WeChat calls a `thing`; greeting and remark of an official account's template stand without a title. */
function kindOf(key: string): string {
  const [, kind, number] = /^(.*?)(\d*)$/.exec(key) ?? [];
  return find(`field.${kind}`)?.replace('{n}', number) ?? key;
}

/** Where another page may lead: nothing but the web. */
export function webAddress(url: string): string | undefined {
  return /^https?:\/\//.test(url) ? url : undefined;
}

function articleOf({ title, description, url }: Fields): Article {
  return { title: text(title), description: text(description), url: text(url) };
}

function pictureUrl(appid: string, mediaId: string): string {
  return `/sandbox/api/media/${encodeURIComponent(appid)}/${encodeURIComponent(mediaId)}`;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {};
}

function records(value: unknown): Fields[] {
  return [value ?? []].flat().map(fields);
}
