import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { call } from '../api/client';
import type { Item } from '../api/types';
import { useSession } from './session';

export type App = Item<'/console/api/apps'>;

/** The apps, for names and choices. Agents may not read them: they know, and choose among, those that a list has named. */
export const useApps = defineStore('apps', () => {
  const apps = shallowRef<App[]>([]);
  const met = shallowRef<ReadonlyMap<string, string>>(new Map());
  let asked: Promise<void> | null = null;

  async function read(): Promise<void> {
    const all: App[] = [];
    let cursor: string | undefined;
    do {
      const page = await call('get', '/console/api/apps', { query: { limit: 200, cursor } });
      all.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    apps.value = all;
  }

  /** Reads them when nobody has; `again` whatever is known. */
  async function load(again = false): Promise<void> {
    if (!useSession().isAdmin) return;
    if (again || !asked) asked = read().catch((error: unknown) => { asked = null; throw error; });
    await asked;
  }

  /** Notes the apps that a list has named. */
  function meet(named: ReadonlyArray<{ appid: string; appName: string }>): void {
    const fresh = named.filter(({ appid, appName }) => met.value.get(appid) !== appName);
    if (fresh.length > 0) met.value = new Map([...met.value, ...fresh.map(({ appid, appName }) => [appid, appName] as const)]);
  }

  const nameOf = (appid: string): string => apps.value.find(each => each.appid === appid)?.name || met.value.get(appid) || appid;
  const choices = computed(() => (apps.value.length > 0
    ? apps.value.map(({ appid, name, kind }) => ({ appid, name: name || appid, kind }))
    : [...met.value].map(([appid, name]) => ({ appid, name, kind: undefined }))));
  return { apps, choices, load, meet, nameOf };
});
