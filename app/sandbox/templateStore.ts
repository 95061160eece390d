/** A field of a template. */
export interface StoredKey {
  key: string;
  /** What stands before its value on the phone; empty where nothing does. */
  name: string;
  values?: string[];
}

/** What the phone writes beside the values of a message. */
export interface Drawn { title?: string; names?: Record<string, string> }

/** A line of a template's content, such as `订单编号：{{character_string1.DATA}}`. */
const LINE = /([^\n{}]*)\{\{(\w+)\.DATA\}\}/g;

/** A template of an app: of subscription messages, or of an official account. */
export interface StoredTemplate {
  templateId: string;
  title: string;
  longTerm: boolean;
  keys: StoredKey[];
  /** Of one that was taken from the library. */
  made?: { tid: string; kids: number[] };
}

/**
 * The fields of a template's content, as WeChat's own lists of templates show it.
 * https://developers.weixin.qq.com/doc/service/api/notify/template/api_getalltemplates
 */
export function keysOf(content: string): StoredKey[] {
  return [...content.matchAll(LINE)].map(([, name, key]) => ({ key, name: name.trim().replace(/[:：]$/, '') }));
}

/** The templates of each app. One that never had any takes every id that is well-formed. */
export class TemplateStore {
  private readonly apps = new Map<string, Map<string, StoredTemplate>>();

  /** Whether it is known which templates an app has. */
  knows(appid: string): boolean {
    return this.apps.has(appid);
  }

  /** A template as a message of it is drawn; nothing of one that is not known. */
  drawnAs(appid: string, templateId: string): Drawn {
    const template = this.find(appid, templateId);
    return template ? { title: template.title, names: Object.fromEntries(template.keys.map(({ key, name }) => [key, name])) } : {};
  }

  list(appid: string): StoredTemplate[] {
    return [...this.apps.get(appid)?.values() ?? []];
  }

  find(appid: string, templateId: string): StoredTemplate | undefined {
    return this.apps.get(appid)?.get(templateId);
  }

  set(appid: string, templates: StoredTemplate[]): void {
    this.apps.set(appid, new Map(templates.map(template => [template.templateId, template])));
  }

  add(appid: string, template: StoredTemplate): void {
    const templates = this.apps.get(appid) ?? new Map();
    templates.set(template.templateId, template);
    this.apps.set(appid, templates);
  }

  /** @return whether there was one */
  remove(appid: string, templateId: string): boolean {
    return this.apps.get(appid)?.delete(templateId) ?? false;
  }

  clear(): void {
    this.apps.clear();
  }
}
