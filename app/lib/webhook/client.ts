import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import request = require('request-promise');
import { Webhook } from 'standardwebhooks';
import type { Deadline } from '../async/deadline';
import { UpstreamError, type Delivery } from '../http/upstreamError';

/** The address of the team's backend. */
export interface WebhookTarget {
  url: string;
  /** `whsec_` and base64. */
  secret: string;
}

/** The body of an answer is ignored: it is read only so that its connection can be used again. */
const MAX_ANSWER_BYTES = 65_536;

/** Codes of failures before a byte of the request has left. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** The HTTP client for the team's own backend. */
export class WebhookClient {
  /** Milliseconds that an acknowledgement may take. */
  timeout = 15_000;
  private readonly agentOptions = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: 4000 };
  private readonly http = new HttpAgent(this.agentOptions);
  private readonly https = new HttpsAgent(this.agentOptions);

  /**
   * Sends an event; any 2xx acknowledges it.
   * @param event its id, and the text of its body, both the same over all tries; the timestamp is that of the try
   * @param deadline by which the call has ended; it is not made when it could take longer
   * @throws {UpstreamError} retryable unless the other side is gone for good (410)
   * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
   */
  async post({ url, secret }: WebhookTarget, { id, body }: { id: string; body: string }, deadline: Deadline): Promise<void> {
    if (deadline.left < this.timeout) throw failure('too late to be sent by the process that holds the event', 'not-sent', true);
    const now = new Date();
    const status = await this.exchange(url, body, {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'weapp-hub',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    }).catch(error => { throw transportError(error); });
    if (status >= 200 && status <= 299) return;
    throw failure(`HTTP status ${status}`, 'answered', status !== 410);
  }

  /** Closes kept connections. */
  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  /** @return the status, as soon as it is known */
  private exchange(url: string, body: string, headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request.post({
        uri: url, body, headers, agent: url.startsWith('https:') ? this.https : this.http, simple: false, followRedirect: false, encoding: null,
      });
      // Stays set until the whole answer has come: neither silence nor a trickle of bytes holds the connection for
      // longer.
      const deadline = setTimeout(() => {
        sent.abort();
        reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
      }, this.timeout);
      let size = 0;
      sent.on('response', ({ statusCode }) => resolve(statusCode));
      sent.on('data', (chunk: Buffer | string) => {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) sent.abort();
      });
      sent.on('abort', () => clearTimeout(deadline));
      sent.then(() => clearTimeout(deadline), (error: unknown) => {
        clearTimeout(deadline);
        reject(error);
      });
    });
  }
}

/** request-promise's errors hold the whole request with the URL's password: only their code is kept. */
function transportError(error: unknown): UpstreamError {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  const name = code ?? cause?.code ?? 'failed';
  return failure(`the connection failed (${name})`, NOT_SENT.has(name) ? 'not-sent' : 'unknown', true);
}

function failure(errmsg: string, delivery: Delivery, retryable: boolean): UpstreamError {
  return new UpstreamError(`WEBHOOK_URL: ${errmsg}`, { errmsg, delivery, retryable });
}
