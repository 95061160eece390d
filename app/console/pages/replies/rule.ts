import type { Body, Item } from '../../api/types';
import { t } from '../../i18n';

export type Rule = Item<'/console/api/rules'>;
export type NewRule = Body<'post', '/console/api/rules'>;

export type Via = 'passive' | 'custom';
export type Kind = 'text' | 'image' | 'link' | 'miniprogrampage' | 'news' | 'transfer_customer_service';
export interface Article { title: string; description: string; url: string; picurl: string }

/** A rule as the form has it: every field is there. */
export interface Draft {
  appid: string;
  type: string;
  event: string;
  eventKey: string;
  match: 'any' | 'equals' | 'contains' | 'regex';
  text: string;
  via: Via;
  kind: Kind;
  content: string;
  mediaId: string;
  link: { title: string; description: string; url: string; thumb_url: string };
  page: { title: string; pagepath: string; appid: string; thumb: string };
  articles: Article[];
  enabled: boolean;
}

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields => (value !== null && typeof value === 'object' ? value as Fields : {});
const words = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise);

/** WeChat's kinds of message for each way of answering. */
export const KINDS: Record<Via, readonly Kind[]> = { custom: ['text', 'image', 'link', 'miniprogrampage'], passive: ['text', 'image', 'news', 'transfer_customer_service'] };

/** The form of a rule; of a new one when there is none. */
export function draftOf(rule: Rule | null): Draft {
  const when = fields(rule?.when);
  const reply = fields(rule?.reply);
  const message = fields(reply.message);
  const [image, link, page] = [fields(message.image), fields(message.link), fields(message.miniprogrampage)];
  const articles = fields(message.news).articles;
  return {
    appid: rule?.appid ?? '',
    type: rule ? words(when.type) : 'text',
    event: words(when.event),
    eventKey: words(when.eventKey),
    match: words(when.match, rule ? 'any' : 'contains') as Draft['match'],
    text: words(when.text),
    via: words(reply.via, 'custom') as Via,
    kind: words(message.msgtype, 'text') as Kind,
    content: words(fields(message.text).content),
    mediaId: words(image.media_id) || words(image.path),
    link: { title: words(link.title), description: words(link.description), url: words(link.url), thumb_url: words(link.thumb_url) },
    page: { title: words(page.title), pagepath: words(page.pagepath), appid: words(page.appid), thumb: words(page.thumb_media_id) || words(page.thumb_path) },
    articles: (Array.isArray(articles) ? articles : [{}]).map(fields).map(each => ({ title: words(each.title), description: words(each.description), url: words(each.url), picurl: words(each.picurl) })),
    enabled: rule?.enabled ?? true,
  };
}

const filled = <T extends Record<string, string>>(of: T): Partial<T> => Object.fromEntries(Object.entries(of).filter(([, value]) => value.trim() !== '')) as Partial<T>;
/** A file of app/public has a dot in its name; a media_id has none. */
const isPath = (text: string): boolean => /\.\w+$/.test(text);

function messageOf(draft: Draft): Fields {
  const { kind } = draft;
  if (kind === 'text') return { msgtype: kind, text: { content: draft.content } };
  if (kind === 'image') return { msgtype: kind, image: isPath(draft.mediaId) ? { path: draft.mediaId } : { media_id: draft.mediaId } };
  if (kind === 'link') return { msgtype: kind, link: filled(draft.link) };
  if (kind === 'news') return { msgtype: kind, news: { articles: draft.articles.map(article => filled({ ...article })) } };
  if (kind === 'transfer_customer_service') return { msgtype: kind };
  const { thumb, ...page } = draft.page;
  return { msgtype: kind, miniprogrampage: { ...filled(page), ...(isPath(thumb) ? { thumb_path: thumb } : { thumb_media_id: thumb }) } };
}

/** What the form says, as the interface takes it; a fallback that the rule has stays. */
export function ruleOf(draft: Draft, before: Rule | null): Omit<NewRule, 'appid' | 'order'> & { appid?: string } {
  const text = draft.type === 'text' || draft.type === '';
  const when = {
    ...filled({ type: draft.type, event: draft.type === 'event' ? draft.event : '', eventKey: draft.type === 'event' ? draft.eventKey : '' }),
    ...(text && draft.match !== 'any' ? { match: draft.match, text: draft.text } : {}),
  };
  const fallback = fields(before?.reply).fallback;
  const reply = { via: draft.via, message: messageOf(draft), ...(fallback === undefined ? {} : { fallback }) };
  return { when, reply, enabled: draft.enabled, ...(draft.appid ? { appid: draft.appid } : {}) } as unknown as NewRule;
}

/** When a rule answers, in words. */
export function whenWords(rule: Pick<Rule, 'when'>): string {
  const { type, event, eventKey, match = 'any', text } = rule.when as Record<string, string | undefined>;
  if (type === 'event') return [t('replies.onEvent', { event: event ? t(`event.${event}`) === `event.${event}` ? event : t(`event.${event}`) : t('replies.anyEvent') }), eventKey].filter(Boolean).join(' · ');
  const kind = type ? t(`msgtype.${type}`) : t('replies.anyMessage');
  return match === 'any' ? t('replies.onType', { type: kind }) : t(`replies.on_${match}`, { text: text ?? '' });
}
