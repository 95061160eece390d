import { inLanguage } from '../../lib/diagnosis/check';
import { presentCallRecord } from '../../presenter/diagnosis';
import type * as schema from '../../schema/diagnosis';
import type { Handler } from '../../schema/route';

/** Answers the checks of `npm run doctor` for one app. */
export const diagnose: Handler<typeof schema.diagnose> = async (ctx, { query }) => ({
  checks: inLanguage(await ctx.service.diagnosis.ofApp(query.appid), ctx.languageOfAnswer()),
});

/** Shows what WeChat has recorded of one failed call. */
export const diagnoseCall: Handler<typeof schema.diagnoseCall> = async (ctx, { body }) => {
  ctx.set('cache-control', 'no-store');
  return presentCallRecord(await ctx.service.diagnosis.ofCall(body.rid, body.appid));
};
