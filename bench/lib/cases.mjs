import { measure } from './measure.mjs';
import { rotated } from './statistics.mjs';

/**
 * Has every contestant do every case in turn, round by round; a first round warms up and does not count. Who begins
 * changes from round to round.
 * @param {{ progress: import('./progress.mjs').Progress }} session
 * @param {{ contestants: object[], cases: Array<{ id: string, title: string, unit: string,
 *   prepare?(): Promise<void>, requests(contestant: object): Buffer[], accepts(body: string): boolean,
 *   check?(contestant: object): Promise<void> }>, rounds: number, connections: number,
 *   afterRound?(contestant: object): Promise<void> }} options
 *   `prepare` comes before each turn of a case, `check` after it; what they measure is added to `contestant.results[id]`
 */
export async function compareCases({ progress }, { contestants, cases, rounds, connections, afterRound }) {
  for (const contestant of contestants) contestant.results = Object.fromEntries(cases.map(({ id }) => [id, []]));
  for (let number = 0; number <= rounds; number++) {
    const label = number === 0 ? 'warm-up' : `round ${number}`;
    for (const one of cases) {
      for (const contestant of rotated(contestants, number)) {
        progress.say(`${label}: ${one.title}: ${contestant.name}`);
        await one.prepare?.();
        const { accepts } = one;
        const result = await measure(contestant, { requests: one.requests(contestant), connections, accepts });
        await one.check?.(contestant);
        if (number > 0) contestant.results[one.id].push(result);
        progress.step(`${label}: ${one.title}: ${contestant.name}: ${result.cpu.toFixed(0)} µs CPU, ${result.rate.toFixed(0)} ${one.unit}s/s`);
      }
    }
    for (const contestant of contestants) await afterRound?.(contestant);
  }
}

/** How many steps that is. */
export const stepsOf = ({ contestants, cases, rounds }) => contestants.length * cases.length * (rounds + 1);
