import type { Account } from '../people';
import { isObject, text } from './endpoint';
import type { AppCall, Endpoint, JsonObject } from './endpoint';
import { OK, refuse } from './errors';
import { takeFromWindow } from './quota';

const CONTENT_BYTES = 2_048;
const TYPING_CONTACT = 30_000;

type Check = (call: AppCall, message: JsonObject) => void;

const checkText: Check = (_call, { content }) => {
  if (text(content) === '') refuse(44004);
  if (Buffer.byteLength(text(content)) > CONTENT_BYTES) refuse(45002);
};

const checkMedia: Check = (call, { media_id }) => checkMediaId(call, media_id);

const checkLink: Check = (_call, message) => requireTexts('link', message, ['title', 'description', 'url']);

const checkPage: Check = (call, message) => {
  requireTexts('miniprogrampage', message, call.app.kind === 'official' ? ['title', 'appid', 'pagepath'] : ['title', 'pagepath']);
  checkMediaId(call, message.thumb_media_id);
};

const checkVideo: Check = (call, { media_id, thumb_media_id }) => {
  checkMediaId(call, media_id);
  if (thumb_media_id !== undefined) checkMediaId(call, thumb_media_id);
};

const checkMusic: Check = (call, message) => {
  requireTexts('music', message, ['musicurl', 'hqmusicurl']);
  checkMediaId(call, message.thumb_media_id);
};

const checkNews: Check = (_call, { articles }) => {
  if (!Array.isArray(articles) || articles.length === 0) refuse(44003);
  if (articles.length > 1) refuse(45008);
};

const checkMenu: Check = (_call, { list }) => {
  if (!Array.isArray(list) || list.length === 0) refuse(47003, 'msgmenu.list');
};

const CHECKS: Record<'miniprogram' | 'official', Record<string, Check>> = {
  miniprogram: { text: checkText, image: checkMedia, link: checkLink, miniprogrampage: checkPage },
  official: {
    text: checkText, image: checkMedia, voice: checkMedia, video: checkVideo, music: checkMusic, news: checkNews,
    msgmenu: checkMenu, miniprogrampage: checkPage,
  },
};

/**
 * A customer-service message. 40003 unknown openid, 40008 msgtype, 44004, 45002, 40007, 47003 …, 45015 no window
 * is open, 45047 the open ones are used up.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/sendCustomMessage.html
 */
function send(call: AppCall): object {
  const { world, app, body } = call;
  const account = recipient(call);
  const msgtype = text(body.msgtype);
  if (!Object.hasOwn(CHECKS[app.kind], msgtype)) refuse(40008);
  const message = body[msgtype];
  if (!isObject(message)) refuse(47003, msgtype);
  CHECKS[app.kind][msgtype](call, message);
  if (world.settings.customQuota) {
    const taken = takeFromWindow(account.windows, world.now());
    if (taken === 'closed') refuse(45015);
    if (taken === 'used up') refuse(45047);
  }
  account.contactAt = world.now();
  account.typingUntil = 0;
  world.people.changed(account);
  world.people.deliver(account, { via: 'custom', msgtype, message }, Date.now());
  return OK;
}

/**
 * "The other side is typing". 40003, 45072 unknown command, 45080 no contact within 30 s, 45081 already typing.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/setTyping.html
 */
function typing(call: AppCall): object {
  const { world, body } = call;
  const account = recipient(call);
  const now = world.now();
  if (body.command !== 'Typing' && body.command !== 'CancelTyping') refuse(45072);
  if (now - account.contactAt > TYPING_CONTACT) refuse(45080);
  if (body.command === 'CancelTyping') {
    account.typingUntil = 0;
    return OK;
  }
  if (account.typingUntil > now) refuse(45081);
  account.typingUntil = now + world.settings.typingSeconds * 1000;
  return OK;
}

/** The account that `touser` names in the calling app. 40003. */
export function recipient({ world, app, body }: AppCall): Account {
  return world.people.find(app.appid, text(body.touser)) ?? refuse(40003);
}

function checkMediaId({ world, app }: AppCall, mediaId: unknown): void {
  if (!world.media.find(app.appid, text(mediaId), world.now())) refuse(40007);
}

function requireTexts(msgtype: string, message: JsonObject, keys: string[]): void {
  for (const key of keys) {
    if (text(message[key]) === '') refuse(47003, `${msgtype}.${key}`);
  }
}

export const customMessageEndpoints: Endpoint[] = [
  { method: 'POST', path: '/cgi-bin/message/custom/send', auth: 'access_token', body: 'json', handle: send },
  { method: 'POST', path: '/cgi-bin/message/custom/typing', auth: 'access_token', body: 'json', handle: typing },
];
