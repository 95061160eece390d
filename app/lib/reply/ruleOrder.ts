import { AppError } from '../errors';
import { inOrder } from './matcher';

/** A rule, as far as its place is concerned. */
interface Placed {
  _id: string;
  order: number;
  /** A rule of REPLY_RULES_FILE: the file sets its order. */
  fixed: boolean;
}

/**
 * The `order`s that bring rules into a wanted sequence. The named rules take the places that they have among all; a
 * rule that can stay keeps its order.
 * @param rules all rules
 * @param ids of those that change places, first to last
 * @return the new order of each rule that gets another one, by id
 * @throws {AppError} NOT_FOUND of an id; INVALID_ARGUMENT when rules of the file would have to move
 */
export function reordered(rules: readonly Placed[], ids: readonly string[]): Map<string, number> {
  const present = inOrder(rules);
  const byId = new Map(present.map(rule => [rule._id, rule]));
  const named = ids.map(id => {
    const rule = byId.get(id);
    if (!rule) throw new AppError('NOT_FOUND', { key: 'noRule' });
    return rule;
  });
  const moving = new Set(ids);
  const wanted = present.map(rule => (moving.has(rule._id) ? named.shift() as Placed : rule));
  const fixed = wanted.filter(rule => rule.fixed);
  if (present.filter(rule => rule.fixed).some((rule, index) => rule !== fixed[index])) throw new AppError('INVALID_ARGUMENT', { key: 'fixedRulesMoved' });
  const changed = new Map<string, number>();
  for (let from = 0; from < wanted.length;) {
    let to = from;
    while (to < wanted.length && !wanted[to].fixed) to++;
    const between = wanted.slice(from, to);
    const orders = ordersBetween(between, wanted[from - 1]?.order, wanted[to]?.order);
    for (const [index, rule] of between.entries()) if (rule.order !== orders[index]) changed.set(rule._id, orders[index]);
    from = to + 1;
  }
  return changed;
}

/** As many orders as there are rules, each larger than the one before, between those of two fixed rules. */
function ordersBetween(rules: readonly Placed[], low: number | undefined, high: number | undefined): number[] {
  const present = [low ?? -Infinity, ...rules.map(({ order }) => order), high ?? Infinity];
  if (present.every((order, index) => index === 0 || order > present[index - 1])) return rules.map(({ order }) => order);
  const orders = rules.map((_rule, index) => {
    if (low === undefined) return (high ?? rules.length) - rules.length + index;
    return high === undefined ? low + 1 + index : low + (high - low) * (index + 1) / (rules.length + 1);
  });
  const all = [low ?? -Infinity, ...orders, high ?? Infinity];
  if (all.some((order, index) => index > 0 && !(order > all[index - 1]))) throw new AppError('INVALID_ARGUMENT', { key: 'noRoomForRule' });
  return orders;
}
