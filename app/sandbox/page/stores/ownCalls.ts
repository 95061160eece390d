import { shallowRef } from 'vue';

/** A call that the phone has made of the server. */
export interface OwnCall { id: number; at: number; ms: number; method: string; path: string; body?: unknown; status: number; answer?: unknown; openid: string }

const MOST = 200;
const SECRET = /^(token|userSig)$/;
let lastId = 0;

/** The phone's own calls, the oldest first. */
export const ownCalls = shallowRef<OwnCall[]>([]);

/** Puts a call into the list, without what opens a door: the end of a secret stays, so that two can be told apart. */
export function record(call: Omit<OwnCall, 'id'>): void {
  lastId += 1;
  ownCalls.value = [...ownCalls.value, { ...call, id: lastId, answer: masked(call.answer) }].slice(-MOST);
}

function masked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, SECRET.test(key) ? `***${String(each).slice(-6)}` : masked(each)]));
}
