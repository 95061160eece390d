import type { AddressInfo } from 'node:net';
import { createSandboxServer } from './server';
import { World } from './world';
import type { SandboxApp, SandboxIm } from './world';

export type { SandboxApp } from './world';

export interface SandboxOptions {
  /** 0 = any free port. */
  port: number;
  host?: string;
  apps: SandboxApp[];
  /** Base URL of the server that receives pushes and IM callbacks. */
  pushTo: string;
  im?: SandboxIm;
}

export interface Sandbox {
  url: string;
  port: number;
  close(): Promise<void>;
  setPushTo(url: string): void;
}

/**
 * Starts a simulated WeChat: its API over HTTP, and below `/sandbox/api` what a test or the phone page steers it with.
 * Rejects when the port is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1' } = options;
  const world = new World(options.apps, withoutSlash(options.pushTo), options.im);
  const server = createSandboxServer(world);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    setPushTo(url) {
      world.pushTo = withoutSlash(url);
    },
    close() {
      world.pauses.close();
      world.sender.close();
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
