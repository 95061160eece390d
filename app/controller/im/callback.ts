import type { Context } from 'egg';
import { AppError } from '../../lib/errors';
import { ALLOWED, type BeforeSendMsgAnswer } from '../../lib/im/beforeSendMsg';
import { verifyImSign } from '../../lib/im/callbackSign';
import { isUnavailable } from '../../lib/mongo/errors';
import { parseJsonBody } from '../../lib/http/parseJsonBody';
import { BodyTooLargeError, decodeUtf8, readBody } from '../../lib/http/readBody';
import * as schema from '../../schema/im';
import type { Handler } from '../../schema/route';

const MAX_BYTES = 64 * 1024;
/** The commands that become a label of the metric; others are counted as `other`, so that labels stay few. */
const COMMANDS = new Set(['State.StateChange', 'C2C.CallbackBeforeSendMsg', 'C2C.CallbackAfterSendMsg']);

class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Takes a callback of Tencent IM. */
export const imCallback: Handler<typeof schema.imCallback> = async ctx => {
  try {
    verify(ctx);
    const { CallbackCommand = '', OptPlatform = '' } = ctx.input(schema.imCallback).query;
    const body = parseJsonBody(decodeUtf8(await readBody(ctx.req, MAX_BYTES)));
    const command = commandOf(CallbackCommand, body);
    succeed(ctx, await ctx.service.im.callback.receive(command, body, OptPlatform));
    count(ctx, 'accepted');
  } catch (error) {
    fail(ctx, error);
  }
};

/** @throws {Refusal} unless the call comes from IM and concerns our application */
function verify({ app, query }: Context): void {
  const { im } = app.environment;
  if (!im) throw new Refusal(404, 'Tencent IM is off: IM_SDK_APPID is not set');
  const { SdkAppid, Sign = '', RequestTime = '' } = query as Record<string, string | undefined>;
  if (SdkAppid !== String(im.sdkAppId)) throw new Refusal(403, 'SdkAppid is not ours');
  if (!im.callbackToken) return;
  const verdict = verifyImSign({ token: im.callbackToken, sign: Sign, requestTime: RequestTime, now: Date.now() });
  if (verdict !== 'ok') throw new Refusal(403, verdict === 'stale' ? 'RequestTime is more than 60 s from now' : 'Sign does not fit');
}

function succeed(ctx: Context, answer: BeforeSendMsgAnswer): void {
  ctx.body = { ActionStatus: 'OK', ...answer };
}

/** Answers a refusal. After a fault of ours IM is told that all is well: our fault must not stop a message. */
function fail(ctx: Context, error: unknown): void {
  const { app } = ctx;
  const status = statusOf(error);
  count(ctx, status ? 'refused' : 'error');
  if (!status) {
    if (isUnavailable(error)) void app.database.failed(error);
    else ctx.logger.error(error);
    return succeed(ctx, ALLOWED);
  }
  const { message } = error as Error;
  if (app.strangers.allows()) ctx.logger.warn('An IM callback from %s is refused (%d): %s', ctx.ip, status, message);
  ctx.status = status;
  ctx.body = { ActionStatus: 'FAIL', ErrorCode: 1, ErrorInfo: message };
}

function count({ app, query }: Context, outcome: string): void {
  const { CallbackCommand = '' } = query;
  app.metrics.imCallbacks.inc({ command: COMMANDS.has(CallbackCommand) ? CallbackCommand : 'other', outcome });
}

function commandOf(named: string, body: unknown): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal(400, 'The body is not a JSON object');
  const { CallbackCommand = named } = body as { CallbackCommand?: unknown };
  if (typeof CallbackCommand !== 'string' || CallbackCommand === '') throw new Refusal(400, 'There is no CallbackCommand');
  if (named !== '' && named !== CallbackCommand) throw new Refusal(400, 'CallbackCommand of the query and of the body differ');
  return CallbackCommand;
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof Refusal) return error.status;
  if (error instanceof BodyTooLargeError) return 413;
  return error instanceof AppError && error.code === 'INVALID_ARGUMENT' ? 400 : undefined;
}
