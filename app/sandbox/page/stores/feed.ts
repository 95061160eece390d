import { computed, ref, shallowRef } from 'vue';
import { drop, get } from '../api/sandbox';
import type { Received, SandboxCall, SandboxPush } from '../api/types';
import { ownCalls } from './ownCalls';
import { current } from './people';

const EVERY_MS = 1_000;
const MOST_CALLS = 300;
const MOST_PUSHES = 1_000;

/** What the server has called of WeChat, what WeChat has pushed, what has reached the phone at hand: the oldest first. */
export const calls = shallowRef<SandboxCall[]>([]);
export const pushes = shallowRef<SandboxPush[]>([]);
export const received = shallowRef<Received[]>([]);
export const reachable = ref(true);
/** What is older than this is in the talk, and not in the list. */
export const hiddenBefore = ref(0);

let timer = 0;
let running: Promise<void> | undefined;
let again = false;

/** Looks at once, and from then on every second while the page is seen. */
export async function look(): Promise<void> {
  clearTimeout(timer);
  again = running !== undefined;
  running ??= read().finally(() => {
    running = undefined;
    timer = window.setTimeout(() => void look(), again ? 0 : EVERY_MS);
  });
  await running;
}

async function read(): Promise<void> {
  if (document.hidden) return;
  const person = current.value;
  try {
    const [newCalls, newPushes, reached] = await Promise.all([
      get<{ calls: SandboxCall[] }>(`/calls?limit=${MOST_CALLS}&after=${calls.value.at(-1)?.id ?? 0}`),
      get<{ pushes: SandboxPush[] }>(`/pushes?limit=${MOST_PUSHES}&after=${lastSettled()}`),
      person ? messagesOf([person.miniprogram.openid, person.official?.openid]) : [],
    ]);
    // After a restart the ids begin anew.
    if (!reachable.value) return forget();
    if (newCalls.calls.length > 0) calls.value = [...calls.value, ...newCalls.calls].slice(-MOST_CALLS);
    if (newPushes.pushes.length > 0) {
      const ids = new Set(newPushes.pushes.map(({ id }) => id));
      pushes.value = [...pushes.value.filter(({ id }) => !ids.has(id)), ...newPushes.pushes].slice(-MOST_PUSHES);
    }
    if (current.value === person && JSON.stringify(reached) !== JSON.stringify(received.value)) received.value = reached;
  } catch {
    reachable.value = false;
  }
}

/** Those that were under way when they were read are read again. */
function lastSettled(): number {
  const pending = pushes.value.find(({ accepted }) => accepted === undefined);
  return pending ? pending.id - 1 : pushes.value.at(-1)?.id ?? 0;
}

async function messagesOf(openids: Array<string | undefined>): Promise<Received[]> {
  const lists = await Promise.all(openids.flatMap(openid => (openid === undefined ? [] : [get<{ messages: Received[] }>(`/messages?openid=${encodeURIComponent(openid)}`)])));
  return lists.flatMap(({ messages }) => messages).sort((a, b) => a.at.localeCompare(b.at));
}

function forget(): void {
  calls.value = [];
  pushes.value = [];
  received.value = [];
  reachable.value = true;
  again = true;
}

/** Forgets the calls that were made, in the sandbox too; pushes leave the list only: they are the talk on the phone. */
export async function clearCalls(): Promise<void> {
  await drop('/calls');
  calls.value = [];
  ownCalls.value = [];
  hiddenBefore.value = Date.now();
}

export const listedPushes = computed(() => pushes.value.filter(({ at }) => Date.parse(at) >= hiddenBefore.value));

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void look();
});
