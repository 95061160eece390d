import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Child } from './child.mjs';
import { BenchError } from './error.mjs';

const PROCESS = fileURLToPath(new URL('wechatStandIn.mjs', import.meta.url));

/** The simulated WeChat of a benchmark (wechatStandIn.mjs). */
class Wechat {
  #child;
  #answers = [];
  #complete = () => undefined;
  #tell = () => undefined;

  constructor(child, port) {
    this.#child = child;
    /** The base URL of WeChat's API for a contestant. */
    this.base = `http://127.0.0.1:${port}`;
    child.process.on('message', message => {
      if (message.complete) this.#complete();
      else if (message.arrived) this.#tell(message.arrived);
      else this.#answers.shift()?.(message.answer);
    });
  }

  #ask(command) {
    this.#child.process.send(command);
    return new Promise(resolve => this.#answers.push(resolve));
  }

  /**
   * Begins to count messages anew.
   * @param {number} count of messages to come
   * @param {(arrived: number) => void} [tell] called now and then with how many have arrived
   * @return {Promise<{ complete: (seconds: number) => Promise<boolean> }>} `complete` waits until that many different
   * ones have arrived: false when that takes longer
   */
  async expect(count, tell = () => undefined) {
    this.#tell = tell;
    const all = new Promise(resolve => { this.#complete = resolve; });
    await this.#ask({ command: 'expect', count });
    return {
      async complete(seconds) {
        let timer;
        const late = new Promise(resolve => { timer = setTimeout(resolve, seconds * 1000, false); });
        return Promise.race([all.then(() => true), late]).finally(() => clearTimeout(timer));
      },
    };
  }

  /** @param {number} ms how long each of its answers takes */
  async delay(ms) {
    await this.#ask({ command: 'delay', ms });
  }

  /**
   * The messages that have arrived since `expect`.
   * @param {string} name of the contestant
   * @return {Promise<Map<string, number>>} the number in each message → when it arrived (sharedNow)
   * @throws {BenchError} for a message that arrived twice, or had the wrong content
   */
  async arrivals(name) {
    const { arrived, duplicates, wrong, wrongs } = await this.#ask({ command: 'report' });
    if (wrongs > 0) throw new BenchError(`${name} sent ${wrongs} requests to WeChat that are wrong, such as:\n${wrong.join('\n')}`);
    if (duplicates > 0) throw new BenchError(`${name} sent ${duplicates} messages twice.`);
    return new Map(arrived);
  }

  stop() {
    return this.#child.stop();
  }
}

/** Starts the simulated WeChat. */
export async function startWechat() {
  const child = new Child('The simulated WeChat', [PROCESS], {});
  const [{ port }] = await child.until(once(child.process, 'message'));
  return new Wechat(child, port);
}
