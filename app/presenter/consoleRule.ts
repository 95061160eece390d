import type { ListedRule } from '../service/console/rule';

/** A reply rule with its source. A wrong field is shown as it was stored. */
export function presentRule({ rule, fixed, problem }: ListedRule) {
  return {
    id: rule._id,
    appid: typeof rule.appid === 'string' ? rule.appid : null,
    order: rule.order,
    enabled: rule.enabled === true,
    when: record(rule.when),
    reply: record(rule.reply),
    source: fixed ? 'file' as const : 'console' as const,
    readOnly: fixed,
    problem: problem ?? null,
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}
