/** The people whom a broadcast goes to: all conditions hold. With `granted` alone: everybody who has a grant. */
export interface Audience {
  appid?: string;
  following?: boolean;
  tag?: number;
  seenSince?: string;
  granted: true;
}

/** The input of a broadcast's job. */
export interface BroadcastInput {
  appid: string;
  templateId: string;
  data: Record<string, { value: string | number }>;
  page?: string;
  audience: Audience;
}

/** Whether conditions other than the grant narrow the audience. */
export function isNarrowed({ appid, following, tag, seenSince }: Audience): boolean {
  return [appid, following, tag, seenSince].some(condition => condition !== undefined);
}
