/** A person's grants for one template. */
export interface SubscriptionDocument {
  /** `<appid>:<openid>:<templateId>` */
  _id: string;
  appid: string;
  openid: string;
  templateId: string;
  /** Messages that may still be queued. */
  remaining: number;
  status: 'accept' | 'reject' | 'ban';
  updatedAt: Date;
  /** When a pop-up was last accepted. */
  acceptedAt?: Date;
  /** Marks of the events counted last: none is counted twice. */
  applied?: string[];
  /** Order of the last choice: see lib/async/order. An earlier event that comes after it changes no status. */
  chosenOrder?: number;
  /** Order of the last rejection in the settings: it has removed all earlier grants. */
  zeroedOrder?: number;
  /** The latest of the pop-ups accepted since. */
  grants?: number[];
  /**
   * Grants taken for messages whose end is not known yet: the outbox row, and when to check whether it still needs the
   * grant.
   */
  held?: Array<{ id: string; at: Date }>;
}

/** A subscription, by its natural key. */
export interface SubscriptionKey {
  appid: string;
  openid: string;
  templateId: string;
}

/** The `_id` of a subscription: `<appid>:<openid>:<templateId>`. */
export function subscriptionId({ appid, openid, templateId }: SubscriptionKey): string {
  return `${appid}:${openid}:${templateId}`;
}
