import { sleep } from '../async/sleep';
import { WechatError } from './error';

/** Somebody for whom it was not done, and WeChat's reason. */
export interface LeftOut {
  openid: string;
  errcode: number;
  errmsg: string;
}

/** What became of a call for many people. */
export interface BatchOutcome {
  done: number;
  failed: LeftOut[];
}

interface Options {
  /** Most people that one call takes. */
  size: number;
  /** Does it for at most that many. */
  call: (batch: readonly string[]) => Promise<void>;
  /** Called before each call; throws when another process may be at it. */
  check: () => void;
}

/** What one person of a batch is to blame for: an unknown openid, one of another app, 20 tags already. */
const OF_ONE = new Set([40003, 49003, 45059]);
/** No such tag; also said, at random, when two such calls of an account are under way. */
export const NO_SUCH_TAG = 45159;
const TRIES = 5;
const PAUSE_MS = 100;

/**
 * Does something for any number of people, a batch at a time and one call after the other. One person for whom it cannot be
 * done keeps nobody else from it: their batch is halved until they stand alone.
 * @throws {WechatError} 45159 once it has been said five times in a row, and what concerns nobody in particular
 */
export async function inBatches(openids: readonly string[], options: Options): Promise<BatchOutcome> {
  const outcome: BatchOutcome = { done: 0, failed: [] };
  for (let from = 0; from < openids.length; from += options.size) await doBatch(openids.slice(from, from + options.size), options, outcome);
  return outcome;
}

async function doBatch(batch: readonly string[], options: Options, outcome: BatchOutcome): Promise<void> {
  try {
    await insistently(batch, options);
    outcome.done += batch.length;
  } catch (error) {
    if (!(error instanceof WechatError) || !OF_ONE.has(error.errcode ?? 0)) throw error;
    if (batch.length === 1) {
      outcome.failed.push({ openid: batch[0], errcode: error.errcode ?? 0, errmsg: error.errmsg });
      return;
    }
    const half = Math.ceil(batch.length / 2);
    await doBatch(batch.slice(0, half), options, outcome);
    await doBatch(batch.slice(half), options, outcome);
  }
}

async function insistently(batch: readonly string[], { call, check }: Options): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      check();
      return await call(batch);
    } catch (error) {
      if (!(error instanceof WechatError) || error.errcode !== NO_SUCH_TAG || tries === TRIES) throw error;
      await sleep(PAUSE_MS * tries);
    }
  }
}
