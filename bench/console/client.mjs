import { BenchError } from '../lib/error.mjs';

/** Somebody who is signed in to the console. */
export class Client {
  #url;
  #headers;

  /** @param {number} port @param {{ username: string, password: string }} who */
  static async signIn(port, who) {
    const client = new Client();
    client.#url = `http://127.0.0.1:${port}/console/api`;
    const answer = await fetch(`${client.#url}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(who) });
    const { data, message } = await answer.json();
    if (!data) throw new BenchError(`Signing in failed: ${message}`);
    client.#headers = { cookie: answer.headers.get('set-cookie').split(';')[0], 'x-csrf-token': data.csrfToken, 'content-type': 'application/json' };
    return client;
  }

  /**
   * @param {string} path behind /console/api @param {unknown} [body] of a POST
   * @return {Promise<{ data: any, ms: number }>} milliseconds until the whole answer was there
   */
  async ask(path, body) {
    const began = performance.now();
    const answer = await fetch(this.#url + path, { headers: this.#headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
    const text = await answer.text();
    const ms = performance.now() - began;
    const { code, data, error, message } = JSON.parse(text);
    if (code !== 1) throw new BenchError(`${path}: ${answer.status} ${error} ${message}`);
    return { data, ms };
  }
}
