import type { Agent, IBoot } from 'egg';
import { readEnv, sandboxPeopleFile } from './config/env';
import { loadDataKey } from './app/boot/dataKey';
import { askForConsole } from './app/boot/consoleSetup';
import { startEmbeddedDatabase } from './app/boot/embeddedDatabase';
import { LeavingDatabase } from './app/boot/leavingDatabase';
import { logNotices } from './app/lib/process/instanceLog';
import { relayMetricsQuestions } from './app/lib/metrics/relay';
import { learnApps, sandboxApp } from './app/boot/sandboxApps';
import { logRequests } from './app/boot/logRequests';
import { publishSandboxPort } from './app/boot/sandboxPort';
import { warningsOf } from './app/boot/warnings';

/** Starts what exists once per instance: the embedded database and the simulated WeChat, where they are wanted. */
export default class AgentBoot implements IBoot {
  private readonly running: Array<{ close(): Promise<void> }> = [];

  constructor(private readonly agent: Agent) {
    logRequests(agent);
  }

  async didLoad(): Promise<void> {
    relayMetricsQuestions(this.agent.messenger);
    logNotices(this.agent.messenger, this.agent.logger);
    const env = readEnv();
    loadDataKey(env);
    this.running.push(askForConsole(this.agent, env));
    for (const line of warningsOf(env)) this.agent.logger.warn(line);
    const database = env.mongodbUrl ? undefined : new LeavingDatabase(() => startEmbeddedDatabase(env, { onLost: error => this.tellLost(error) }), line => this.agent.logger.warn(line));
    if (database) {
      await database.start();
      this.running.push(database);
    }
    if (env.sandbox) {
      const { startSandbox } = await import('./app/sandbox');
      const sandbox = await startSandbox({
        port: env.sandboxPort, apps: env.apps.map(sandboxApp), pushTo: `http://127.0.0.1:${env.port}`, im: env.im, database,
        peopleFile: sandboxPeopleFile(env), warn: message => this.agent.logger.warn(message),
      });
      learnApps(this.agent, apps => sandbox.setApps(apps));
      this.running.push(sandbox);
      this.running.push(publishSandboxPort(env));
    }
  }

  private tellLost({ message }: Error): void {
    this.agent.logger.error(`The embedded database has ended: ${message}. Stop one of the two servers, and start this one again.`);
  }

  async beforeClose(): Promise<void> {
    for (const service of this.running.reverse()) {
      await service.close().catch(error => this.agent.logger.error(error));
    }
  }
}
