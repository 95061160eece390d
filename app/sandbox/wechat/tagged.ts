import { refuse } from './errors';
import { text } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';

const PAGE = 10_000;

/** 40003 unknown. https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettagidlist */
function ofPerson({ world, app, body }: AppCall): object {
  const account = world.people.find(app.appid, text(body.openid)) ?? refuse(40003);
  return { tagid_list: [...world.tags.ofPerson(app.appid, account.openid)] };
}

/** 40032 no such tag. https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettagfans */
function ofTag({ world, app, body }: AppCall): object {
  const tag = world.tags.find(app.appid, Number(body.tagid)) ?? refuse(40032);
  const all = world.tags.openidsOf(app.appid, tag.id);
  const from = all.indexOf(text(body.next_openid)) + 1;
  const openid = all.slice(from, from + PAGE);
  return openid.length === 0 ? { count: 0 } : { count: openid.length, data: { openid }, next_openid: openid[openid.length - 1] };
}

const official = { auth: 'access_token', kind: 'official', method: 'POST', body: 'json' } as const;

/** Who has which tag. */
export const taggedEndpoints: Endpoint[] = [
  { ...official, path: '/cgi-bin/tags/getidlist', handle: ofPerson },
  { ...official, path: '/cgi-bin/user/tag/get', handle: ofTag },
];
