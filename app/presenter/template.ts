import type { SubscriptionTemplate } from '../lib/wechat/outgoing/subscriptionTemplate';

/** A template of messages, with what its fields take. */
export function presentTemplate({ _id, appid, kind, title, fields, longTerm, example, syncedAt }: SubscriptionTemplate) {
  return {
    templateId: _id,
    appid,
    kind: kind ?? 'subscribe',
    title: title ?? null,
    fields: fields.map(({ key, kind, limit, name, values }) => ({ key, kind, limit, name: name ?? null, values: values ?? null })),
    longTerm: longTerm ?? false,
    example: example ?? null,
    syncedAt: syncedAt?.toISOString() ?? null,
  };
}
