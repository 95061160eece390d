const WIDTH = 30;
/** Milliseconds between two lines of a log. */
const LINE_EVERY_MS = 2_000;

/** Shows progress: a bar on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  private last = 0;
  private shown = '';

  constructor(private readonly label: string, private readonly out: NodeJS.WriteStream = process.stdout) {}

  show(done: number, total: number): void {
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    const text = `${withCommas(done)} of ${withCommas(total)}`;
    if (this.out.isTTY) return this.draw(`${this.label} [${'#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.')}] ${text}`);
    if (Date.now() - this.last < LINE_EVERY_MS || text === this.shown) return;
    this.last = Date.now();
    this.shown = text;
    this.out.write(`${this.label}: ${text}\n`);
  }

  /** Removes the bar. */
  clear(): void {
    if (this.out.isTTY && this.shown) this.out.write('\r\u001b[K');
    this.shown = '';
  }

  private draw(text: string): void {
    if (text === this.shown) return;
    this.shown = text;
    this.out.write(`\r${text}\u001b[K`);
  }
}

function withCommas(count: number): string {
  return count.toLocaleString('en');
}
