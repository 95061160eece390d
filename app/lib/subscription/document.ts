/** What one person allows for one template. */
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
  /** Of the last choice: see lib/order. An event that comes after it and is earlier changes no status. */
  chosenOrder?: number;
  /** Of the last rejection in the settings: it has taken what was granted before. */
  zeroedOrder?: number;
  /** Of the pop-ups accepted since, the latest. */
  grants?: number[];
  /** Grants taken for messages whose end is not known yet: the outbox row, and when to look whether it still needs it. */
  held?: Array<{ id: string; at: Date }>;
}

/** A subscription, by its natural key. */
export interface SubscriptionKey {
  appid: string;
  openid: string;
  templateId: string;
}

export function subscriptionId({ appid, openid, templateId }: SubscriptionKey): string {
  return `${appid}:${openid}:${templateId}`;
}
