import { COUNTERS, type CounterName } from '../../lib/console/counters';
import { render } from '../../lib/language/message';
import type { Language } from '../../lib/language/texts';
import type { Counted, Problem } from '../../service/console/overview';

/** The counts of a range. */
export function presentCounters(counters: Record<CounterName, Counted>) {
  const present = ({ total, series }: Counted) => ({ total, series: series.map(([at, n]): [string, number] => [new Date(at).toISOString(), n]) });
  return Object.fromEntries(COUNTERS.map(name => [name, present(counters[name])])) as Record<CounterName, ReturnType<typeof present>>;
}

/** A message that was not delivered, or cannot be handled. */
export function presentProblem({ at, appName, row, push }: Problem, language: Language) {
  const { _id: id, appid } = row ?? push;
  const common = { at: at.toISOString(), id, appid, appName };
  if (push) return { ...common, kind: 'message' as const, openid: push.openid, state: 'dead' as const, errcode: null, message: render({ key: 'pushUnhandled', params: { type: push.event ?? push.type } }, language) };
  const { openid, state, lastError } = row;
  return { ...common, kind: 'outbox' as const, openid, state: state as 'failed' | 'dead' | 'unknown', errcode: lastError?.errcode ?? null, message: lastError?.message ?? '' };
}
