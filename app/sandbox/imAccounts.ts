import { makeRoom } from './makeRoom';

const ACCOUNT_LIMIT = 100_000;

export type ImState = 'Online' | 'PushOnline' | 'Offline';

/** The accounts of the IM application, and who of them is online. Bounded: the oldest goes first. */
export class ImAccounts {
  private readonly states = new Map<string, ImState>();

  import(userId: string): void {
    if (this.states.has(userId)) return;
    makeRoom(this.states, ACCOUNT_LIMIT);
    this.states.set(userId, 'Offline');
  }

  setState(userId: string, state: ImState): void {
    this.import(userId);
    this.states.set(userId, state);
  }

  stateOf(userId: string): ImState | undefined {
    return this.states.get(userId);
  }

  clear(): void {
    this.states.clear();
  }
}
