import type { Agent } from 'egg';
import type { SandboxApp } from '../sandbox';
import type { WeappOptions } from '../lib/wechat/apps';

/** A message from a worker to the agent: the console's apps, for the simulated WeChat. */
export const SANDBOX_APPS = 'sandbox-apps';

/** The agent's part: passes the apps that workers have read on to the sandbox. */
export function learnApps(agent: Agent, replace: (apps: SandboxApp[]) => void): void {
  agent.messenger.on(SANDBOX_APPS, apps => replace((apps as WeappOptions[]).map(sandboxApp)));
}

/** An app as the simulated WeChat knows it. */
export function sandboxApp(app: WeappOptions): SandboxApp {
  return { ...app, token: app.token ?? '' };
}
