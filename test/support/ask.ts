import { request } from 'node:http';

/** An enveloped call with headers that fetch sets by itself, such as Host. */
export function ask(url: string, method: string, headers: Record<string, string>, body?: string): Promise<{ code: number; error?: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, incoming => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
