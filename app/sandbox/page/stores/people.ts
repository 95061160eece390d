import { computed, ref, shallowReactive } from 'vue';
import { forget, keep, kept } from '../../../console/lib/kept';
import { get, post } from '../api/sandbox';
import type { SandboxApps, SandboxPerson } from '../api/types';
import { t } from '../i18n';

const KEY = 'phone.people';
export const MOST_PEOPLE = 8;
const NAMES = ['小明', '小红', '阿强', '丽丽', '老王', '婷婷', '大伟', '晓燕'];

interface Known { unionid: string; nickname: string }

/** The people on the page, in the order in which they came. */
export const people = shallowReactive<SandboxPerson[]>([]);
export const apps = ref<SandboxApps>({ apps: [], im: null });
/** Why there is nobody; empty while there is somebody. */
export const problem = ref('');
const chosen = ref('');

/** Whose phone is shown. */
export const current = computed<SandboxPerson | undefined>(() => people.find(({ unionid }) => unionid === chosen.value) ?? people[0]);

/** The name of an app, as its people see it. */
export function nameOf(appid: string | undefined, otherwise: string): string {
  const name = apps.value.apps.find(app => app.appid === appid)?.name;
  return name === undefined || name === appid ? otherwise : name;
}

/** Brings back the people of before, or a first one. A sandbox that was reset since knows them again afterwards. */
export async function openPeople(): Promise<void> {
  try {
    apps.value = await get<SandboxApps>('/apps');
    if (!apps.value.apps.some(({ kind }) => kind === 'miniprogram')) {
      problem.value = t('people.nobody');
      return;
    }
    const known = remembered();
    for (const each of known.length > 0 ? known : [undefined]) await enter(each);
    chosen.value = kept('phone.chosen') ?? '';
    problem.value = '';
  } catch (error) {
    problem.value = (error as Error).message;
  }
}

export async function addPerson(): Promise<void> {
  if (people.length >= MOST_PEOPLE) return;
  await enter();
  choosePerson(people[people.length - 1].unionid);
}

export function choosePerson(unionid: string): void {
  chosen.value = unionid;
  keep('phone.chosen', unionid);
}

/** Takes a person off the page; the sandbox and the server go on knowing them. */
export function removePerson(unionid: string): void {
  const index = people.findIndex(each => each.unionid === unionid);
  if (index < 0 || people.length < 2) return;
  people.splice(index, 1);
  forget(`phone.token.${unionid}`);
  remember();
}

/** Asks WeChat again: whether they follow, and their phone number. */
export async function refreshPerson({ unionid }: SandboxPerson): Promise<void> {
  const person = await post<SandboxPerson>('/people', { unionid });
  const index = people.findIndex(each => each.unionid === unionid);
  if (index >= 0) people[index] = person;
}

async function enter(known?: Known): Promise<void> {
  const free = NAMES.find(name => people.every(({ nickname }) => nickname !== name)) ?? NAMES[0];
  people.push(await post<SandboxPerson>('/people', known ?? { nickname: free }));
  remember();
}

function remember(): void {
  keep(KEY, JSON.stringify(people.map(({ unionid, nickname }) => ({ unionid, nickname }))));
}

function remembered(): Known[] {
  try {
    const list = JSON.parse(kept(KEY) ?? '[]') as Known[];
    return list.filter(({ unionid, nickname }) => typeof unionid === 'string' && typeof nickname === 'string').slice(0, MOST_PEOPLE);
  } catch {
    return [];
  }
}
