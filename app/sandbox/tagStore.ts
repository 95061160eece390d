/** A tag of an official account. */
export interface StoredTag { id: number; name: string }

/** WeChat's own tags have the ids below. */
const FIRST_ID = 100;
export const MOST_TAGS = 100;
export const MOST_OF_PERSON = 20;

/** The tags of each official account, who has them, and the remarks about its followers. */
export class TagStore {
  private readonly tags = new Map<string, Map<number, StoredTag>>();
  private readonly ofPeople = new Map<string, Set<number>>();
  private readonly remarks = new Map<string, string>();
  private nextId = FIRST_ID;

  /** Official accounts for which people are being tagged now. */
  readonly busy = new Set<string>();

  list(appid: string): Array<StoredTag & { count: number }> {
    const people = [...this.ofPeople].filter(([key]) => key.startsWith(`${appid}:`));
    return [...this.of(appid).values()].map(tag => ({ ...tag, count: people.filter(([, ids]) => ids.has(tag.id)).length }));
  }

  find(appid: string, id: number): StoredTag | undefined {
    return this.of(appid).get(id);
  }

  named(appid: string, name: string): StoredTag | undefined {
    return [...this.of(appid).values()].find(tag => tag.name === name);
  }

  create(appid: string, name: string): StoredTag {
    const tag = { id: this.nextId++, name };
    this.of(appid).set(tag.id, tag);
    return tag;
  }

  remove(appid: string, id: number): void {
    this.of(appid).delete(id);
    for (const ids of this.ofPeople.values()) ids.delete(id);
  }

  /** The tags of a follower. */
  ofPerson(appid: string, openid: string): Set<number> {
    const key = `${appid}:${openid}`;
    const ids = this.ofPeople.get(key) ?? new Set();
    this.ofPeople.set(key, ids);
    return ids;
  }

  /** Who has a tag, in the order in which they were named first. */
  openidsOf(appid: string, id: number): string[] {
    const prefix = `${appid}:`;
    return [...this.ofPeople].filter(([key, ids]) => key.startsWith(prefix) && ids.has(id)).map(([key]) => key.slice(prefix.length));
  }

  remark(appid: string, openid: string): string {
    return this.remarks.get(`${appid}:${openid}`) ?? '';
  }

  setRemark(appid: string, openid: string, remark: string): void {
    this.remarks.set(`${appid}:${openid}`, remark);
  }

  clear(): void {
    for (const store of [this.tags, this.ofPeople, this.remarks, this.busy]) store.clear();
    this.nextId = FIRST_ID;
  }

  private of(appid: string): Map<number, StoredTag> {
    const tags = this.tags.get(appid) ?? new Map();
    this.tags.set(appid, tags);
    return tags;
  }
}
