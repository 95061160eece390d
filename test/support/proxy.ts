import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { freePort } from '../../app/boot/precheck';

/**
 * A TCP relay in front of the database that can fall silent (connections are accepted and nothing is answered) or be
 * gone.
 */
export class DatabaseProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private frozen = false;
  private lastPort = 0;

  private constructor(private readonly server: Server, private readonly target: { host: string; port: number }) {
    server.on('connection', inner => this.relay(inner));
  }

  static async start(target: { host: string; port: number }): Promise<DatabaseProxy> {
    const server = createServer();
    // While it is away nobody else's connection must be given its port, as could one that the system chose.
    server.listen(await freePort(), '127.0.0.1');
    await once(server, 'listening');
    return new DatabaseProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  freeze(): void {
    this.frozen = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  thaw(): void {
    this.frozen = false;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  /** Breaks the connections and refuses new ones. */
  cut(): void {
    this.lastPort = this.port;
    this.server.close();
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  mend(): void {
    this.server.listen(this.lastPort, '127.0.0.1');
  }

  async close(): Promise<void> {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private relay(inner: Socket): void {
    const outer = connect(this.target);
    const pair: [Socket, Socket] = [inner, outer];
    this.pairs.add(pair);
    for (const [from, to] of [[inner, outer], [outer, inner]]) {
      from.on('data', chunk => to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
    }
    if (this.frozen) for (const socket of pair) socket.pause();
  }
}
