import { no, ok, warn, type Check } from '../lib/diagnosis/check';
import { RulesFileError, readRulesFile } from '../lib/reply/ruleCache';
import type { Env } from '../../config/env';

/** Checks that no single variable can fail, because they concern several of them. */
export function* diagnoseVariables(env: Env): Generator<Check> {
  const found = [...wishes(env)];
  yield ok('variables', `all are understood; ${env.apps.length} ${env.apps.length === 1 ? 'app' : 'apps'}`);
  yield* found;
}

function* wishes(env: Env): Generator<Check> {
  if (env.sandbox) yield warn('sandbox', 'WeChat is simulated', 'to serve real people set MINIPROGRAM_APPID and MINIPROGRAM_SECRET, and SANDBOX to nothing or off');
  else if (env.apps.length === 0) yield no('apps', 'none is configured, and the sandbox is off', 'set MINIPROGRAM_APPID and MINIPROGRAM_SECRET, or WECHAT_APPS_FILE');
  if (env.pushToleranceSeconds === 0) yield warn('push tolerance', 'the age of pushes is not checked', 'leave PUSH_TOLERANCE_SECONDS at 300 so that nobody can replay one');
  try {
    readRulesFile(env.replyRulesFile);
  } catch (error) {
    if (!(error instanceof RulesFileError)) throw error;
    yield no('reply rules', error.message, 'correct the file of REPLY_RULES_FILE');
  }
}
