import { measure } from './measure.mjs';
import { rotated } from './statistics.mjs';
import { warmUp } from './warmUp.mjs';

/**
 * Has every contestant do every case in turn, round by round; each warms up before, which does not count. The first
 * contestant changes from round to round.
 * @param {{ progress: import('./progress.mjs').Progress }} session
 * @param {{ contestants: object[], cases: Array<{ id: string, title: string, unit: string,
 * prepare?(): Promise<void>, requests(contestant: object): Buffer[], accepts(body: string): boolean,
 * check?(contestant: object): Promise<void> }>, rounds: number, connections: number,
 * afterRound?(contestant: object): Promise<void> }} options
 * `prepare` comes before each turn of a case, `check` after it; the results are added to `contestant.results[id]`
 */
export async function compareCases({ progress }, { contestants, cases, rounds, connections, afterRound }) {
  for (const contestant of contestants) contestant.results = Object.fromEntries(cases.map(({ id }) => [id, []]));
  const turn = async (label, one, contestant) => {
    progress.say(`${label}: ${one.title}: ${contestant.name}`);
    await one.prepare?.();
    const { accepts } = one;
    const result = await measure(contestant, { requests: one.requests(contestant), connections, accepts });
    await one.check?.(contestant);
    return result;
  };
  const told = (one, { cpu, rate }) => `${cpu.toFixed(0)} µs CPU, ${rate.toFixed(0)} ${one.unit}s/s`;
  for (let number = 0; number <= rounds; number++) {
    for (const one of cases) {
      for (const contestant of rotated(contestants, number)) {
        if (number === 0) {
          const warm = await warmUp(tries => turn(`warm-up ${tries}`, one, contestant));
          progress.step(`warm-up (${warm.rounds}): ${one.title}: ${contestant.name}: ${told(one, warm.last)}`);
          continue;
        }
        const label = `round ${number}`;
        const result = await turn(label, one, contestant);
        contestant.results[one.id].push(result);
        progress.step(`${label}: ${one.title}: ${contestant.name}: ${told(one, result)}`);
      }
    }
    for (const contestant of contestants) await afterRound?.(contestant);
  }
}

/** The number of steps. */
export const stepsOf = ({ contestants, cases, rounds }) => contestants.length * cases.length * (rounds + 1);
