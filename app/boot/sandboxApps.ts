import type { Agent } from 'egg';
import type { SandboxApp } from '../sandbox';
import type { WeappOptions } from '../lib/wechat/apps';

/** What a worker sends to the agent: the apps of the console, for the simulated WeChat. */
export const SANDBOX_APPS = 'sandbox-apps';

/** The agent's part: hands on what workers have read. */
export function learnApps(agent: Agent, replace: (apps: SandboxApp[]) => void): void {
  agent.messenger.on(SANDBOX_APPS, apps => replace((apps as WeappOptions[]).map(sandboxApp)));
}

/** An app as the simulated WeChat knows it. */
export function sandboxApp(app: WeappOptions): SandboxApp {
  return { ...app, token: app.token ?? '' };
}
