import { createServer } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROBE = fileURLToPath(new URL('probe.cjs', import.meta.url));

/** The connection to the probe (probe.cjs) of a process that serves. */
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

  /** The next message of the probe. */
  next() {
    return new Promise(resolve => this.#answers.push(resolve));
  }

  ask(command) {
    this.#socket.ref().write(`${command}\n`);
    return this.next().finally(() => this.#socket.unref());
  }
}

/** The processes that serve for one contestant. */
class ProbeGroup {
  #probes;

  constructor(probes) {
    this.#probes = probes;
  }

  /** Microseconds of CPU time, user and system, that they have used together since they began. */
  async cpu() {
    const used = await Promise.all(this.#probes.map(probe => probe.ask('cpu')));
    return used.reduce((sum, { user, system }) => sum + user + system, 0);
  }

  /** Begins to profile the first of them. */
  profile() {
    return this.#probes[0].ask('profile');
  }

  /** Ends it. @return the profile */
  profiled() {
    return this.#probes[0].ask('profiled');
  }
}

/** Waits for the processes that serve: each names its contestant. */
export class Probes {
  #server = createServer();
  #waiting = new Map();
  #names = 0;

  async listen() {
    this.#server.on('connection', async socket => {
      const probe = new Probe(socket);
      const { name } = await probe.next();
      this.#waiting.get(name)?.(probe);
    });
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    this.#server.unref();
  }

  /**
   * Prepares for the processes of a contestant.
   * @param {string} serves the end of the path of the script that the serving processes run
   * @param {number} count of serving processes
   * @return {{ env: Record<string, string>, connected: Promise<ProbeGroup> }} variables to start them with; resolves
   *   when all are connected
   */
  expect(serves, count = 1) {
    const name = String(++this.#names);
    const env = {
      NODE_OPTIONS: `--require="${PROBE}"`, BENCH_PROBE_PORT: String(this.#server.address().port), BENCH_PROBE_NAME: name, BENCH_SERVES: serves,
    };
    const probes = [];
    const connected = new Promise(resolve => this.#waiting.set(name, probe => {
      if (probes.push(probe) === count) resolve(new ProbeGroup(probes));
    }));
    return { env, connected };
  }
}
