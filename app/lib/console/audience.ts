/** Whom a broadcast goes to: all of these hold. Nothing but `granted`: whoever has a grant. */
export interface Audience {
  appid?: string;
  following?: boolean;
  tag?: number;
  seenSince?: string;
  granted: true;
}

/** What a broadcast's job is about. */
export interface BroadcastInput {
  appid: string;
  templateId: string;
  data: Record<string, { value: string | number }>;
  page?: string;
  audience: Audience;
}

/** Whether there is anything to be asked of people beyond their grant. */
export function isNarrowed({ appid, following, tag, seenSince }: Audience): boolean {
  return [appid, following, tag, seenSince].some(condition => condition !== undefined);
}
