import type { SubscriptionDocument } from '../lib/subscription/document';

/** A subscription for the person. */
export function presentSubscription({ templateId, remaining, status }: SubscriptionDocument) {
  return { templateId, remaining, status };
}
