const WIDTH = 30;

/** Shows how far a benchmark is: one line that changes on a terminal, a line per step elsewhere. */
export class Progress {
  #done = 0;
  #total;

  /** @param {number} total steps */
  constructor(total) {
    this.#total = total;
  }

  /** @param {string} text what is under way */
  say(text) {
    if (!process.stderr.isTTY) return;
    const filled = Math.round(WIDTH * this.#done / this.#total);
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
