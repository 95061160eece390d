import type { BroadcastInput } from '../../lib/console/audience';
import type { Broadcast } from '../../service/console/broadcast';
import { presentConsoleJob } from '../console';

/** A broadcast with the outcome of its messages. */
export function presentBroadcast({ job, results: { errors, ...results } }: Broadcast) {
  const { appid, templateId } = job.input as unknown as BroadcastInput;
  return { ...presentConsoleJob(job), errors, appid, templateId, results: { ...results, noGrant: job.errors?.NO_GRANT ?? 0 } };
}
