import type { Env } from '../../config/env';

/** The address of this server on its own machine: `http://127.0.0.1:7001`. */
export function serverAddress({ host, port }: Env): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
