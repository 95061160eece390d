import type { Agent, Application } from 'egg';
import type { Env } from '../../config/env';
import { serverAddress } from './serverAddress';

const ASK = 'console-setup-wanted';
const ANSWER = 'console-setup-done';
/** How long one worker may take before the next is asked, in milliseconds; a database that is away counts too. */
const TIMEOUT_MS = 60_000;

interface Answer {
  /** The one-time link, when there is one. */
  token?: string;
}

/** The worker's part: makes sure that there is an administrator, or a link with which somebody can become one. */
export function setUpConsole(app: Application): void {
  app.messenger.on(ASK, () => {
    void app.databaseStart.connected
      .then(connected => (connected ? app.databaseStart.whole : undefined))
      .then(() => app.createAnonymousContext().service.console.setup.begin())
      .then(token => { app.messenger.sendToAgent(ANSWER, { token } satisfies Answer); })
      .catch(error => app.logger.warn('The console could not be set up yet: %s', (error as Error).message));
  });
}

/** The agent's part: asks one worker of the instance, and prints the link. */
export function askForConsole(agent: Agent, env: Env): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  const ask = () => {
    agent.messenger.sendRandom(ASK, {});
    timer = setTimeout(ask, TIMEOUT_MS).unref();
  };
  agent.messenger.once('egg-ready', ask);
  agent.messenger.on(ANSWER, answer => {
    clearTimeout(timer);
    const { token } = answer as Answer;
    // Not through the logger: people who read logs must not be able to become an administrator.
    if (token !== undefined) console.log(`${'set up the console:'.padEnd(28)}${serverAddress(env)}/console/setup#${token} (once, within 24 hours)`);
  });
  return { async close() { clearTimeout(timer); } };
}
