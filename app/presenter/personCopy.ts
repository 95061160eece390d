import type { Readable } from 'node:stream';
import type { Context } from 'egg';
import { TREATMENTS, type Treatment } from '../lib/erasure/treatments';
import type { CollectionName } from '../lib/mongo/collections';
import type { PhoneNumber } from '../lib/wechat/endpoints/phone';

/** A client that reads nothing of a copy for so many milliseconds counts as gone. */
const STALLED = 60_000;

/** A document as the person gets it: without secrets, and with the phone number in clear. */
export function presentCopied(name: CollectionName, document: Record<string, unknown>, phone: PhoneNumber | null): Record<string, unknown> {
  const { hidden = [] }: Treatment = TREATMENTS[name];
  const copied = Object.fromEntries(Object.entries(document).filter(([field]) => !hidden.includes(field)));
  return name === 'users' ? { ...copied, phone } : copied;
}

/** Answers a copy, as a file. */
export function answerCopy(ctx: Context, copy: Readable, of: string): void {
  ctx.set('cache-control', 'no-store');
  ctx.set('content-disposition', `attachment; filename="${of.replace(/[^A-Za-z0-9_-]/g, '')}.json"`);
  ctx.type = 'application/json';
  ctx.res.setTimeout(STALLED, () => ctx.res.destroy());
  // Breaks the connection, so that an incomplete file does not look complete.
  copy.once('error', () => ctx.res.destroy());
  ctx.body = copy;
}
