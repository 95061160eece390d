import { defineStore } from 'pinia';
import { ref } from 'vue';
import { call } from '../api/client';

export interface EventData {
  conversation: { id?: string; more?: true };
  message: { id?: string; conversation?: string; from?: 'person' | 'us'; more?: true };
  outbox: { id?: string; openid?: string; appid?: string; state?: string; more?: true };
  health: { checks?: unknown[]; more?: true };
}
type Name = keyof EventData;
type Listener<N extends Name> = (data: EventData[N]) => void;

const NAMES: readonly Name[] = ['conversation', 'message', 'outbox', 'health'];
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** A moment without the stream is nobody's business. */
const LOST_AFTER_MS = 4_000;

/** What happens on the server, on any worker, as it happens. One connection for all that the page shows. */
export const useEvents = defineStore('events', () => {
  /** The stream has been away for a while: what is shown may be old. */
  const lost = ref(false);
  const listeners = new Map<Name | 'again', Set<(data: never) => void>>();
  let source: EventSource | null = null;
  let wait = FIRST_WAIT_MS;
  let timer = 0;
  let lostTimer = 0;
  let wasLost = false;

  function tell(name: Name | 'again', data: unknown): void {
    for (const listener of listeners.get(name) ?? []) listener(data as never);
  }

  function connect(): void {
    disconnect();
    source = new EventSource('/console/api/events');
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      clearTimeout(lostTimer);
      lostTimer = 0;
      lost.value = false;
      if (wasLost) tell('again', {});
      wasLost = false;
    };
    source.onerror = onError;
    for (const name of NAMES) source.addEventListener(name, event => tell(name, JSON.parse((event as MessageEvent<string>).data)));
  }

  function onError(): void {
    wasLost = true;
    if (!lostTimer) lostTimer = window.setTimeout(() => { lost.value = true; }, LOST_AFTER_MS);
    // The browser comes back by itself, but not after a refusal: then either the session is over, or the server is busy.
    if (source?.readyState !== EventSource.CLOSED) return;
    timer = window.setTimeout(() => {
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      call('get', '/console/api/session').then(connect, () => { if (source) onError(); });
    }, wait);
  }

  function disconnect(): void {
    clearTimeout(timer);
    clearTimeout(lostTimer);
    lostTimer = 0;
    source?.close();
    source = null;
    lost.value = false;
  }

  /**
   * Tells a listener of every event of a name; `again`: the stream is back, and what happened meanwhile may not be told.
   * @returns what ends it
   */
  function on<N extends Name>(name: N | 'again', listener: Listener<N>): () => void {
    const all = listeners.get(name) ?? new Set();
    listeners.set(name, all.add(listener as (data: never) => void));
    return () => all.delete(listener as (data: never) => void);
  }

  return { lost, connect, disconnect, on };
});
