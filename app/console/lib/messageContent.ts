/** What a message shows, whatever side it is of and whatever shape WeChat gives it. */
export type Shown =
  | { kind: 'text'; text: string }
  | { kind: 'image'; url: string | null }
  | { kind: 'link'; title: string; description: string; url: string | null }
  | { kind: 'card'; title: string; path: string }
  | { kind: 'news'; articles: Array<{ title: string; description: string; url: string | null }> }
  | { kind: 'template'; templateId: string; values: Array<[string, string]> }
  | { kind: 'event'; event: string; key: string }
  | { kind: 'other'; type: string };

type Fields = Record<string, unknown>;
const words = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const fields = (value: unknown): Fields => (value !== null && typeof value === 'object' && !Array.isArray(value) ? value as Fields : {});

/** An address that is safe to follow; texts of people may hold `javascript:`. */
export function safeUrl(value: unknown): string | null {
  return typeof value === 'string' && /^https?:\/\//i.test(value) ? value : null;
}

function templateValues(data: unknown): Array<[string, string]> {
  return Object.entries(fields(data)).map(([key, value]) => [key, words(fields(value).value)]);
}

/** Of a message of ours, as WeChat gets it. */
export function ofOurs(message: Fields): Shown {
  const type = words(message.msgtype);
  const body = fields(message[type]);
  switch (type) {
    case 'text': return { kind: 'text', text: words(body.content) };
    case 'image': return { kind: 'image', url: safeUrl(body.url) };
    case 'link': return { kind: 'link', title: words(body.title), description: words(body.description), url: safeUrl(body.url) };
    case 'miniprogrampage': return { kind: 'card', title: words(body.title), path: words(body.pagepath) };
    case 'news': return { kind: 'news', articles: (Array.isArray(body.articles) ? body.articles : []).map(fields).map(each => ({ title: words(each.title), description: words(each.description), url: safeUrl(each.url) })) };
    default: break;
  }
  const templateId = words(message.templateId ?? message.template_id);
  if (templateId) return { kind: 'template', templateId, values: templateValues(message.data) };
  return { kind: 'other', type };
}

/** Of a push of a person. */
export function ofPerson(type: string, event: string | null, text: string | null, payload: Fields): Shown {
  if (event !== null || type === 'event') return { kind: 'event', event: event ?? '', key: words(payload.EventKey) };
  switch (type) {
    case 'text': return { kind: 'text', text: text ?? words(payload.Content) };
    case 'image': return { kind: 'image', url: safeUrl(payload.PicUrl) };
    case 'link': return { kind: 'link', title: words(payload.Title), description: words(payload.Description), url: safeUrl(payload.Url) };
    case 'miniprogrampage': return { kind: 'card', title: words(payload.Title), path: words(payload.PagePath) };
    default: return text ? { kind: 'text', text } : { kind: 'other', type };
  }
}
