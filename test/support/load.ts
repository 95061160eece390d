import { Agent, request } from 'node:http';
import { sleep } from '../../app/lib/async/sleep';

export interface Answer {
  status: number;
  body: string;
  ms: number;
}

/** Sends pushes over kept connections, as WeChat's many servers do. */
export class Pusher {
  private readonly agent: Agent;

  constructor(private readonly url: string, connections = 64) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** One try. Rejects when there is no answer within 5 s, or the connection breaks. */
  push(path: string, query: string, body: string): Promise<Answer> {
    const began = Date.now();
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}?${query}`, { method: 'POST', agent: this.agent, timeout: 5000 }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: String(Buffer.concat(chunks)), ms: Date.now() - began }));
        response.on('error', reject);
        response.on('close', () => reject(new Error('the answer broke off')));
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer within 5 s')));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Tries until it is answered 200. @return the answer, and how many tries it took */
  async pushUntilAnswered(path: string, query: string, body: string, pause = 200, most = 50): Promise<Answer & { tries: number }> {
    for (let tries = 1; ; tries++) {
      const answer = await this.push(path, query, body).catch(() => undefined);
      if (answer?.status === 200) return { ...answer, tries };
      if (tries >= most) throw new Error(`not answered after ${most} tries: ${answer?.status} ${answer?.body}`);
      await sleep(pause);
    }
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Runs `work` for 0…count-1, so many at a time. */
export async function inParallel<T>(count: number, parallel: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: parallel }, async () => {
    while (next < count) {
      const index = next++;
      results[index] = await work(index);
    }
  }));
  return results;
}
