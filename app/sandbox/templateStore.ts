/** A field of a template. */
export interface StoredKey { key: string; name: string; values?: string[] }

/** A template of an app. */
export interface StoredTemplate {
  templateId: string;
  title: string;
  longTerm: boolean;
  keys: StoredKey[];
  /** Of one that was taken from the library. */
  made?: { tid: string; kids: number[] };
}

/** The templates of each app. One that never had any takes every id that is well-formed. */
export class TemplateStore {
  private readonly apps = new Map<string, Map<string, StoredTemplate>>();

  /** Whether it is known which templates an app has. */
  knows(appid: string): boolean {
    return this.apps.has(appid);
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
