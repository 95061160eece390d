import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Engine } from '../engine/engine';
import { MAX_CONNECTIONS } from '../engine/operations';
import { Connection } from './connection';

const HOST = '127.0.0.1';

/** The TCP listener. */
export class WireServer {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private connections = 0;

  constructor(engine: Engine) {
    this.server = createServer(socket => {
      this.sockets.add(socket);
      const id = ++this.connections;
      engine.operations.connected({ id, address: `${socket.remoteAddress}:${socket.remotePort}` });
      socket.on('close', () => {
        this.sockets.delete(socket);
        engine.operations.disconnected(id);
      });
      new Connection(socket, engine, id);
    });
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  /** Resolves with the port. Rejects with the system's error, such as EADDRINUSE. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host: HOST, port }, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    const closed = new Promise<void>(resolve => {
      this.server.close(() => resolve());
    });
    for (const socket of this.sockets) socket.destroy();
    return closed;
  }
}
