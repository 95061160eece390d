import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { ApiError, call, useCsrfToken } from '../api/client';
import type { Answer } from '../api/types';

type Session = Answer<'get', '/console/api/session'>;

/** Who is signed in, in this browser. */
export const useSession = defineStore('session', () => {
  const session = ref<Session | null>(null);
  const username = computed(() => session.value?.username ?? '');
  const isAdmin = computed(() => session.value?.role === 'admin');

  function begin(next: Session): void {
    session.value = next;
    useCsrfToken(next.csrfToken);
  }

  /** Whether somebody is signed in: asks the server once. Throws when the server cannot say. */
  async function restore(): Promise<boolean> {
    if (session.value) return true;
    try {
      begin(await call('get', '/console/api/session'));
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return false;
      throw error;
    }
  }

  async function signIn(name: string, password: string): Promise<void> {
    begin(await call('post', '/console/api/session', { body: { username: name, password } }));
  }

  async function setUp(token: string, name: string, password: string): Promise<void> {
    begin(await call('post', '/console/api/setup', { body: { token, username: name, password } }));
  }

  /** Ends the session on every worker; whoever is not signed in any more is signed out. */
  async function signOut(): Promise<void> {
    await call('delete', '/console/api/session').catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    });
    session.value = null;
  }

  function ended(): void {
    session.value = null;
  }

  return { session, username, isAdmin, restore, signIn, setUp, signOut, ended };
});
