const WIDTH = 30;

/** Shows the progress of a benchmark: one line that changes on a terminal, a line per step elsewhere. */
export class Progress {
  #done = 0;
  #total;

  /** @param {number} total steps */
  constructor(total) {
    this.#total = total;
  }

  /** @param {string} text what is under way @param {number} share of the step that is done, 0 to 1 */
  say(text, share = 0) {
    if (!process.stderr.isTTY) return;
    const filled = Math.min(WIDTH, Math.round(WIDTH * (this.#done + share) / this.#total));
    process.stderr.write(`\r\x1b[K[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${text}`);
  }

  /** @param {string} text what has been done */
  step(text) {
    this.#done++;
    if (process.stderr.isTTY) this.say(text);
    else console.error(`${this.#done}/${this.#total} ${text}`);
  }

  end() {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
