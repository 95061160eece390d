import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { freePort } from '../../app/boot/precheck';
import { readBody } from '../../app/lib/http/readBody';

/** One incoming request, with its signature verified. */
export interface Received {
  id: string;
  timestamp: number;
  body: string;
  event: { type: string; timestamp: string; data: Record<string, unknown> & { appid: string; openid: string } };
  /** Whether it was acknowledged. */
  acknowledged: boolean;
}

/** The reaction to the nth try (from 1) of an event: a status, or no answer. */
type Behaviour = (id: string, tries: number) => number | 'hang';

/** A team's backend: verifies requests by the standard, and fails on command. */
export class WebhookReceiver {
  readonly secret = `whsec_${randomBytes(32).toString('base64')}`;
  received: Received[] = [];
  /** Requests whose signature did not verify. */
  forged = 0;
  behave: Behaviour = () => 204;
  private server?: Server;
  private port = 0;
  private readonly webhook = new Webhook(this.secret);

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    const server = this.server = createServer((request, response) => void this.take(request, response));
    await new Promise<void>(listening => server.listen(this.port, '127.0.0.1', listening));
  }

  /** Dies as a process does: connections are cut. */
  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    const closed = new Promise(resolve => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  clear(): void {
    this.received = [];
    this.behave = () => 204;
  }

  /** The acknowledged events, each once, in the order in which they were first acknowledged. */
  events(): Received[] {
    const seen = new Set<string>();
    return this.received.filter(({ id, acknowledged }) => acknowledged && !seen.has(id) && seen.add(id));
  }

  tries(id: string): Received[] {
    return this.received.filter(received => received.id === id);
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBody(request, 1 << 20)).toString('utf8');
    const headers = request.headers as Record<string, string>;
    try {
      const event = this.webhook.verify(body, headers) as Received['event'];
      const id = headers['webhook-id'];
      const status = this.behave(id, this.tries(id).length + 1);
      const acknowledged = typeof status === 'number' && status >= 200 && status <= 299;
      this.received.push({ id, timestamp: Number(headers['webhook-timestamp']), body, event, acknowledged });
      if (status === 'hang') return;
      response.writeHead(status, { location: '/elsewhere' }).end();
    } catch {
      this.forged++;
      response.writeHead(400).end();
    }
  }
}
