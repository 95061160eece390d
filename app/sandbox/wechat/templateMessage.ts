import { pushTemplateResult } from '../push/sentEvent';
import { nextMsgId } from '../random';
import { recipient } from './customMessage';
import { isObject, text } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';
import { RawAnswer } from './endpoint';
import { refuse } from './errors';

export const TEMPLATE_SEND = '/cgi-bin/message/template/send';
/** How long a client_msg_id is known again. */
const KNOWN_MS = 600_000;
const MOST_KNOWN = 100_000;

/**
 * A template message of an official account; what became of it is told by TEMPLATESENDJOBFINISH. The same client_msg_id to
 * the same person within 10 minutes is answered as before, and sent once. 40003 openid, 40036 and 40037 template, 43004 the
 * person does not follow, 47003 a value.
 * https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
 */
function send(call: AppCall): object {
  const { world, app, body } = call;
  const account = recipient(call);
  const templateId = text(body.template_id);
  if (templateId === '' || templateId.length > 128) refuse(40036);
  if (!/^[A-Za-z0-9_-]+$/.test(templateId) || (world.templates.knows(app.appid) && !world.templates.find(app.appid, templateId))) refuse(40037);
  checkData(body.data);
  if (!account.following) refuse(43004);
  const now = world.now();
  const key = `${app.appid}:${account.openid}:${text(body.client_msg_id)}`;
  const known = body.client_msg_id === undefined ? undefined : world.clientMsgIds.get(key);
  if (known && now - known.at < KNOWN_MS) return answer(known.msgid);
  const msgid = nextMsgId();
  if (body.client_msg_id !== undefined) remember(world.clientMsgIds, key, { at: now, msgid });
  const undelivered = call.fault?.undelivered;
  const drawn = world.templates.drawnAs(app.appid, templateId);
  if (!undelivered) world.people.deliver(account, { via: 'template', msgtype: templateId, message: { url: body.url, miniprogram: body.miniprogram, data: body.data, ...drawn } }, Date.now());
  if (world.settings.templateSentEvent) pushTemplateResult(world, app, account, msgid, undelivered?.errorStatus ?? 'success');
  return answer(msgid);
}

/** WeChat writes it as a number, whose digits a double may not hold. */
function answer(msgid: string): object {
  return new RawAnswer(200, 'application/json; encoding=utf-8', `{"errcode":0,"errmsg":"ok","msgid":${msgid}}`);
}

function checkData(data: unknown): void {
  if (!isObject(data) || Object.keys(data).length === 0) refuse(47003, 'data is empty');
  for (const [key, field] of Object.entries(data)) {
    const value = isObject(field) ? field.value : undefined;
    if (value === undefined || value === '') refuse(47003, `data.${key}.value is empty`);
  }
}

function remember(ids: AppCall['world']['clientMsgIds'], key: string, sent: { at: number; msgid: string }): void {
  if (ids.size >= MOST_KNOWN) ids.delete(ids.keys().next().value ?? '');
  ids.set(key, sent);
}

export const templateMessageEndpoints: Endpoint[] = [
  { method: 'POST', path: TEMPLATE_SEND, auth: 'access_token', kind: 'official', body: 'json', handle: send },
];
