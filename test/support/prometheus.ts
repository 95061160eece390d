import assert from 'node:assert/strict';

/** One line of a metric. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The answer of /metrics, read line by line as Prometheus does. */
export class Scrape {
  readonly samples: Sample[] = [];
  /** Name → type. */
  readonly types = new Map<string, string>();

  constructor(text: string) {
    assert.ok(text.endsWith('\n'), 'ends with a line feed');
    for (const line of text.split('\n')) if (line !== '') this.read(line);
  }

  static async of(url: string): Promise<Scrape> {
    // A new connection, so that any worker may answer.
    const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    return new Scrape(await response.text());
  }

  /** The sum of all lines with these labels. */
  sum(name: string, labels: Record<string, string> = {}): number {
    return this.samples.filter(sample => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  private read(line: string): void {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line);
    if (type) {
      assert.ok(!this.types.has(type[1]), `${type[1]} is declared once`);
      this.types.set(type[1], type[2]);
      return;
    }
    if (/^# HELP \S+ ./.test(line)) return;
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.e+-]+|NaN|[+-]?Inf)$/.exec(line);
    assert.ok(sample, `not a line of Prometheus: ${line}`);
    const labels = Object.fromEntries([...(sample[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(match => [match[1], match[2]]));
    this.samples.push({ name: sample[1], labels, value: Number(sample[3]) });
  }
}
