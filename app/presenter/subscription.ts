import type { SubscriptionDocument } from '../lib/subscription/document';

/** A subscription as the person sees it. */
export function presentSubscription({ templateId, remaining, status }: SubscriptionDocument) {
  return { templateId, remaining, status };
}
