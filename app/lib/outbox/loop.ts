import { Batcher } from '../async/batcher';
import { inParallel } from '../async/inParallel';
import { isUnavailable } from '../mongo/errors';
import { sleep } from '../async/sleep';
import type { Taken } from './claims';
import type { Claimed } from './document';
import { MOST_IN_LANE, type OutboxLanes } from './lanes';

interface Options {
  /** Claims due rows, at most so many. */
  take: (most: number) => Promise<Taken>;
  lanes: Pick<OutboxLanes, 'first' | 'block' | 'release'>;
  /**
   * Sends a row and writes its outcome.
   * @return whether it has ended; if not, the rows behind it wait for another try
   */
  deliver: (row: Claimed) => Promise<boolean>;
  /** Whether to send nothing for now. */
  paused: () => boolean;
  onError: (error: Error) => void;
  /** Most rows that are being sent at once. */
  concurrency: number;
  /** Milliseconds between two polls when nothing is due. */
  poll: number;
}

/** Claimed rows, most of which wait for others of their lanes, for each row that may be sent at once. */
const WAITING = 4;
/** Lanes that are put back at once. */
const PARALLEL = 16;

/**
 * Claims rows as they come due and has them sent, many at a time and those of one lane one after the other, until it is
 * stopped.
 */
export class OutboxLoop {
  /** The rows that wait, by lane and in their order; one more row of each lane is being sent. */
  private readonly hands = new Map<string, Claimed[]>();
  private inHand = 0;
  private started = false;
  private stopping = false;
  private due = false;
  /** Whether rows were left that were due at the last poll, or for which there was no room since. */
  private backlog = false;
  private woken?: () => void;
  private hasRoom?: () => void;
  private main?: Promise<void>;
  private readonly running = new Set<Promise<void>>();
  private readonly firsts = new Batcher<string, number>(async lanes => {
    const first = await this.firstOf(lanes);
    return lanes.map(lane => ({ value: first.get(lane) ?? Infinity }));
  }, { size: 256, parallel: 2 });

  constructor(private readonly options: Options) {}

  /** Starts, or starts again after a stop. */
  start(): void {
    this.started = true;
    this.stopping = false;
    this.main ??= this.run();
  }

  /**
   * Announces that a row is due now. It only saves time between a writer and the loop of its process: the poll finds
   * all rows.
   */
  wake(): void {
    this.due = true;
    this.woken?.();
  }

  /**
   * Whether rows that are about to be queued may be queued as claimed, to be sent at once: not while others wait
   * already.
   */
  accepts(rows: number): boolean {
    if (!this.started || this.stopping || this.options.paused()) return false;
    if (this.inHand + rows > this.options.concurrency) this.backlog = true;
    return !this.backlog;
  }

  /** Whether the next rows of an active lane may be claimed: they wait behind one another, not for room. */
  goesOn(rows: number): boolean {
    return this.started && !this.stopping && !this.options.paused() && this.inHand + rows <= this.options.concurrency * WAITING;
  }

  /** Sends rows that were queued as claimed, or have been claimed. */
  offer(rows: Claimed[]): void {
    this.admit(rows).catch(error => this.report(error));
  }

  /** Claims nothing more, puts back what has not begun and waits for what is being sent. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.main;
    this.main = undefined;
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const room = this.options.concurrency - this.inHand;
      if (this.options.paused()) await this.rest();
      else if (room < this.leastRoom) await this.roomier();
      else if (!await this.takeSome(room)) await this.rest();
    }
  }

  /** Small groups cost as much as large ones. */
  private get leastRoom(): number {
    return this.options.concurrency / 4;
  }

  /** @return whether more may be due */
  private async takeSome(most: number): Promise<boolean> {
    try {
      const { rows, more } = await this.options.take(most);
      this.backlog = more;
      await this.admit(rows);
      return more;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /** Puts rows into their lanes: behind the rows of an active lane, into another lane only when none is earlier. */
  private async admit(rows: Claimed[]): Promise<void> {
    this.inHand += rows.length;
    const lanes = byLane(rows);
    while (lanes.size > 0) {
      const others = [...lanes.keys()].filter(lane => !this.hands.has(lane));
      const first = await this.firstOf(others).catch(error => {
        // Their leases end by themselves.
        for (const own of lanes.values()) this.inHand -= own.length;
        throw error;
      });
      const back: Array<{ rows: Claimed[]; behind?: Claimed }> = [];
      for (const [lane, own] of lanes) {
        const hand = this.hands.get(lane);
        const order = first.get(lane);
        // The lane was active when the others were looked at.
        if (!hand && order === undefined) continue;
        lanes.delete(lane);
        if (!hand && order !== undefined && order < own[0].order) back.push({ rows: own });
        else if (hand) back.push({ rows: join(hand, own), behind: hand.at(-1) });
        else back.push({ rows: this.begin(lane, own), behind: own[MOST_IN_LANE - 1] });
      }
      const returned = back.filter(group => group.rows.length > 0);
      for (const group of returned) this.inHand -= group.rows.length;
      await inParallel(returned, PARALLEL, group => this.putBack(group.rows, group.behind));
    }
  }

  private async firstOf(lanes: string[]): Promise<Map<string, number>> {
    if (lanes.length === 0) return new Map();
    const found = await this.options.lanes.first([...new Set(lanes)]);
    return new Map(lanes.map(lane => [lane, found.get(lane) ?? Infinity]));
  }

  /** @return the rows for which there is no room */
  private begin(lane: string, rows: Claimed[]): Claimed[] {
    const hand: Claimed[] = [];
    const rest = join(hand, rows);
    this.hands.set(lane, hand);
    const working = this.work(lane, hand).finally(() => this.running.delete(working));
    this.running.add(working);
    return rest;
  }

  private async work(lane: string, hand: Claimed[]): Promise<void> {
    let failed: Claimed | undefined;
    for (let row = hand.shift(); row; row = failed || this.stopping ? undefined : await this.next(hand)) {
      if (!await this.deliver(row)) failed = row;
      this.inHand--;
    }
    this.hands.delete(lane);
    this.inHand -= hand.length;
    if (this.options.concurrency - this.inHand >= this.leastRoom) this.hasRoom?.();
    if (hand.length > 0) await this.putBack(hand, failed);
  }

  /** The next row, unless another process holds an earlier one of its lane, which may lie between two of ours. */
  private async next(hand: Claimed[]): Promise<Claimed | undefined> {
    while (hand.length > 0) {
      const [row] = hand;
      const isFirst = await this.firsts.do(row.lane).then(order => order >= row.order, error => this.report(error));
      // An earlier row may have come into the lane meanwhile.
      if (hand[0] === row) return isFirst ? hand.shift() : undefined;
    }
    return undefined;
  }

  private async deliver(row: Claimed): Promise<boolean> {
    try {
      return await this.options.deliver(row);
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  private async putBack(rows: Claimed[], behind?: Claimed): Promise<void> {
    try {
      if (this.stopping) await this.options.lanes.release(rows);
      else await this.options.lanes.block(rows, behind);
    } catch (error) {
      this.report(error);
    }
  }

  private report(error: unknown): void {
    if (!isUnavailable(error)) this.options.onError(error as Error);
  }

  private async rest(): Promise<void> {
    if (!this.due && !this.stopping) await Promise.race([sleep(this.options.poll), new Promise<void>(resolve => { this.woken = resolve; })]);
    this.due = false;
    this.woken = undefined;
  }

  private async roomier(): Promise<void> {
    await Promise.race([sleep(this.options.poll), new Promise<void>(resolve => { this.hasRoom = resolve; })]);
    this.hasRoom = undefined;
  }
}

/** Adds rows to those that wait. @return the last ones, for which there is no room: no row may wait behind them */
function join(hand: Claimed[], rows: Claimed[]): Claimed[] {
  hand.push(...rows);
  hand.sort((a, b) => a.order - b.order);
  return hand.splice(MOST_IN_LANE);
}

/** The rows of each lane by their order. */
function byLane(rows: Claimed[]): Map<string, Claimed[]> {
  const lanes = new Map<string, Claimed[]>();
  for (const row of [...rows].sort((a, b) => a.order - b.order)) {
    const lane = lanes.get(row.lane);
    if (lane) lane.push(row);
    else lanes.set(row.lane, [row]);
  }
  return lanes;
}
