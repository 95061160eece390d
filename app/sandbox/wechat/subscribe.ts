import type { StoredKey } from '../templateStore';
import { pushSentEvent } from '../push/sentEvent';
import { recipient } from './customMessage';
import { isObject, text } from './endpoint';
import type { AppCall, Endpoint, JsonObject } from './endpoint';
import { OK, refuse } from './errors';
import { fieldProblem } from './subscribeFields';

export const SUBSCRIBE_SEND = '/cgi-bin/message/subscribe/send';
const STATES = ['developer', 'trial', 'formal'];

/**
 * One subscription message; takes one grant. What became of it is told by subscribe_msg_sent_event. 40003 openid, 40037 template, 41030 page, 47003 a value (errmsg names the
 * key), 43108 another message to the person is under way, 43107 banned, 43101 refused or no grant left.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
async function send(call: AppCall): Promise<object> {
  const { world, body } = call;
  const account = recipient(call);
  const templateId = text(body.template_id);
  const keys = templateKeys(call, templateId);
  checkPage(body.page);
  if (body.miniprogram_state !== undefined && !STATES.includes(text(body.miniprogram_state))) refuse(47003, 'miniprogram_state');
  checkData(body.data, keys);
  checkValues(body.data, world.templates.find(call.app.appid, templateId)?.keys ?? []);
  if (account.beingSentTo) refuse(43108);
  account.beingSentTo = true;
  try {
    if (world.settings.subscribeSendMs > 0) await world.pauses.wait(world.settings.subscribeSendMs);
    const grant = account.grants?.get(templateId);
    if (grant?.status === 'ban') refuse(43107);
    if (world.settings.subscribeGrants) {
      if (!grant || grant.count === 0) refuse(43101);
      grant.count -= 1;
      world.people.changed(account);
    }
  } finally {
    account.beingSentTo = false;
  }
  const undelivered = call.fault?.undelivered;
  if (world.settings.subscribeSentEvent) pushSentEvent(world, call.app, account, templateId, undelivered);
  if (!undelivered) world.people.deliver(account, { via: 'subscribe', msgtype: templateId, message: { page: body.page, data: body.data, ...world.templates.drawnAs(call.app.appid, templateId) } }, Date.now());
  return OK;
}

function templateKeys({ world, app }: AppCall, templateId: string): string[] {
  if (world.templates.knows(app.appid)) return (world.templates.find(app.appid, templateId) ?? refuse(40037)).keys.map(({ key }) => key);
  return /^[A-Za-z0-9_-]{1,64}$/.test(templateId) ? [] : refuse(40037);
}

/** A page is a path inside the mini-program, without a slash in front. */
function checkPage(page: unknown): void {
  if (page === undefined || page === '') return;
  if (typeof page !== 'string' || !/^[A-Za-z0-9_-][^\s:]*(\?.*)?$/.test(page)) refuse(41030);
}

function checkData(data: unknown, keys: string[]): void {
  if (!isObject(data) || Object.keys(data).length === 0) refuse(47003, 'data is empty');
  for (const key of keys) {
    if (!Object.hasOwn(data, key)) refuse(47003, `data.${key}.value is empty`);
  }
  for (const [key, field] of Object.entries(data)) {
    if (keys.length > 0 && !keys.includes(key)) refuse(47003, `data.${key} is not in the template`);
    const problem = fieldProblem(key, isObject(field) ? fieldValue(field) : undefined);
    if (problem) refuse(47003, `data.${key}.value ${problem}`);
  }
}

/** A value that is not one of those that the template lists. */
function checkValues(data: unknown, keys: StoredKey[]): void {
  for (const { key, values } of keys) {
    const field = isObject(data) ? data[key] : undefined;
    if (values && !values.includes(isObject(field) ? fieldValue(field) ?? '' : '')) refuse(47003, `data.${key}.value invalid`);
  }
}

function fieldValue({ value }: JsonObject): string | undefined {
  return typeof value === 'number' ? String(value) : text(value);
}

export const subscribeEndpoints: Endpoint[] = [
  { method: 'POST', path: SUBSCRIBE_SEND, auth: 'access_token', kind: 'miniprogram', body: 'json', handle: send },
];
