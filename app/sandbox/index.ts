import type { AddressInfo } from 'node:net';
import { createSandboxServer } from './server';
import { World } from './world';
import type { SandboxApp, WorldOptions } from './world';

export type { SandboxApp } from './world';

/** `pushTo`: base URL of the server that receives pushes and IM callbacks; `peopleFile`: where people outlive the process, if anywhere. */
export interface SandboxOptions extends WorldOptions {
  /** 0 = any free port. */
  port: number;
  host?: string;
}

export interface Sandbox {
  url: string;
  port: number;
  close(): Promise<void>;
  setPushTo(url: string): void;
  /** Replaces the apps that are known beside those of the start. */
  setApps(apps: SandboxApp[]): void;
}

/**
 * Starts a simulated WeChat: its API over HTTP, and below `/sandbox/api` what a test or the phone page steers it with.
 * Rejects when the port is taken.
 */
export async function startSandbox({ port: wanted, host = '127.0.0.1', ...options }: SandboxOptions): Promise<Sandbox> {
  const world = new World({ ...options, pushTo: withoutSlash(options.pushTo) });
  await world.open();
  const server = createSandboxServer(world);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, host, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch(error => {
    world.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    setPushTo(url) {
      world.pushTo = withoutSlash(url);
    },
    setApps(apps) {
      world.setApps(apps);
    },
    close() {
      world.close();
      return new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
