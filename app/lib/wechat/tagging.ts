import { sleep } from '../async/sleep';
import { TAG_BATCH } from './endpoints/tags';
import { WechatError } from './error';

/** A person who was not tagged, and WeChat's reason. */
export interface Untagged {
  openid: string;
  errcode: number;
  errmsg: string;
}

export interface Tagged {
  done: number;
  failed: Untagged[];
}

/** Errcodes for which one person of a batch is the cause: an unknown openid, one of another app, 20 tags already. */
const OF_ONE = new Set([40003, 49003, 45059]);
/** No such tag; also answered, at random, while two such calls of an account are under way. */
export const NO_SUCH_TAG = 45159;
const TRIES = 5;
const PAUSE_MS = 100;

/**
 * Tags, or untags, any number of people, 50 at a time and one call after the other. A person who cannot be tagged does
 * not keep the others from it: the batch is halved until that person is alone.
 * @param call tags at most 50
 * @param check called before each call; throws when another process may have the job
 * @throws {WechatError} 45159 after five of them in a row, and errors that concern no single person
 */
export async function tagInBatches(openids: readonly string[], call: (batch: readonly string[]) => Promise<void>, check: () => void): Promise<Tagged> {
  const tagged: Tagged = { done: 0, failed: [] };
  for (let from = 0; from < openids.length; from += TAG_BATCH) await tagBatch(openids.slice(from, from + TAG_BATCH), call, check, tagged);
  return tagged;
}

async function tagBatch(batch: readonly string[], call: (batch: readonly string[]) => Promise<void>, check: () => void, tagged: Tagged): Promise<void> {
  try {
    await insistently(() => { check(); return call(batch); });
    tagged.done += batch.length;
  } catch (error) {
    if (!(error instanceof WechatError) || !OF_ONE.has(error.errcode ?? 0)) throw error;
    if (batch.length === 1) {
      tagged.failed.push({ openid: batch[0], errcode: error.errcode ?? 0, errmsg: error.errmsg });
      return;
    }
    const half = Math.ceil(batch.length / 2);
    await tagBatch(batch.slice(0, half), call, check, tagged);
    await tagBatch(batch.slice(half), call, check, tagged);
  }
}

async function insistently(call: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof WechatError) || error.errcode !== NO_SUCH_TAG || tries === TRIES) throw error;
      await sleep(PAUSE_MS * tries);
    }
  }
}
