import { createServer } from 'node:net';
import { once } from 'node:events';

/** What is connected to the probe (probe.cjs) of a process that serves. */
class Probe {
  #socket;
  #answers = [];
  #text = '';

  constructor(socket) {
    this.#socket = socket.setEncoding('utf8').unref();
    socket.on('error', () => undefined);
    socket.on('data', text => {
      const lines = (this.#text + text).split('\n');
      this.#text = lines.pop();
      for (const line of lines) this.#answers.shift()?.(JSON.parse(line));
    });
  }

  /** The next thing it says. */
  next() {
    return new Promise(resolve => this.#answers.push(resolve));
  }

  ask(command) {
    this.#socket.ref().write(`${command}\n`);
    return this.next().finally(() => this.#socket.unref());
  }

  /** Microseconds of CPU time, user and system, that the process has used since it began. */
  async cpu() {
    const { user, system } = await this.ask('cpu');
    return user + system;
  }
}

/** Waits for the processes that serve, one after the other. */
export class Probes {
  #server = createServer();

  async listen() {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    this.#server.unref();
    return this.#server.address().port;
  }

  /** The next one to connect. */
  async next() {
    const [socket] = await once(this.#server, 'connection');
    const probe = new Probe(socket);
    await probe.next();
    return probe;
  }
}
