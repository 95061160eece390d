import { mkdirSync } from 'node:fs';
import { Engine } from './engine/engine';
import { WireServer } from './wire/server';

export interface EmbeddedOptions { dir: string; port: number; ttlMonitorSeconds?: number }
export interface EmbeddedDatabase { port: number; url(database?: string): string; close(): Promise<void> }
/** The message is one clear line for a person. */
export class EmbeddedStartError extends Error {}

export async function assertDirectoryFree(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
}

/** Opens the directory and listens on 127.0.0.1. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  await assertDirectoryFree(options.dir);
  const engine = new Engine(options.dir);
  const server = new WireServer(engine);
  const port = await server.listen(options.port);
  engine.address = `127.0.0.1:${port}`;
  return {
    port,
    url: (database = 'weapp_hub') => `mongodb://127.0.0.1:${port}/${database}`,
    close: async () => {
      await server.close();
      await engine.close();
    },
  };
}
