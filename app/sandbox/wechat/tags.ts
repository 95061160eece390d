import { MOST_OF_PERSON, MOST_TAGS, type StoredTag } from '../tagStore';
import { isObject, text } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';
import { OK, refuse } from './errors';

const NAME_BYTES = 30;
const REMARK_CHARACTERS = 30;
const BATCH = 50;
/** What WeChat takes for a batch, so that calls made at the same time do meet. */
const BATCH_MS = 3;

/** https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettags */
function list({ world, app }: AppCall): object {
  return { tags: world.tags.list(app.appid) };
}

/** 45158 more than 30 bytes, 45157 none, or taken, 45056 100 tags. https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_createtag */
function create(call: AppCall): object {
  const { world, app } = call;
  const name = nameOf(call);
  if (world.tags.list(app.appid).length >= MOST_TAGS) refuse(45056);
  return { tag: world.tags.create(app.appid, name) };
}

/** https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_updatetag */
function update(call: AppCall): object {
  const tag = tagOf(call);
  tag.name = nameOf(call);
  return OK;
}

/** https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_deletetag */
function remove(call: AppCall): object {
  call.world.tags.remove(call.app.appid, tagOf(call).id);
  return OK;
}

/**
 * Up to 50 people. 40032 none or more, 45159 no such tag, or another such call is under way, 40003 one is unknown, 49003
 * one is another account's, 45059 one has 20 tags: then nobody is tagged.
 * https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_batchtagging
 */
async function tagging(call: AppCall, on: boolean): Promise<object> {
  const { world, app, body } = call;
  const { busy } = world.tags;
  const { openid_list: openids, tagid } = body;
  if (!Array.isArray(openids) || openids.length === 0 || openids.length > BATCH) refuse(40032);
  const tag = world.tags.find(app.appid, Number(tagid));
  if (!tag || busy.has(app.appid)) refuse(45159);
  busy.add(app.appid);
  try {
    await world.pauses.wait(BATCH_MS);
    const people = openids.map(openid => requireFollower(call, text(openid)));
    const sets = people.map(openid => world.tags.ofPerson(app.appid, openid));
    if (on && sets.some(ids => !ids.has(tag.id) && ids.size >= MOST_OF_PERSON)) refuse(45059);
    for (const ids of sets) {
      if (on) ids.add(tag.id);
      else ids.delete(tag.id);
    }
    return OK;
  } finally {
    busy.delete(app.appid);
  }
}

/** 40003, 47001 more than 30 characters. https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_updateremark */
function remark({ world, app, body }: AppCall): object {
  const account = world.people.find(app.appid, text(body.openid)) ?? refuse(40003);
  if ([...text(body.remark)].length > REMARK_CHARACTERS) refuse(47001);
  world.tags.setRemark(app.appid, account.openid, text(body.remark));
  return OK;
}

/** The openid of somebody whom the account knows. 40003 nobody does, 49003 another one does. */
export function requireFollower({ world, app }: AppCall, openid: string): string {
  if (!world.people.find(app.appid, openid)) refuse(world.people.findAnywhere(world.apps.keys(), openid).length > 0 ? 49003 : 40003);
  return openid;
}

function nameOf({ world, app, body }: AppCall): string {
  const name = isObject(body.tag) ? text(body.tag.name) : '';
  if (name === '') refuse(45157);
  if (Buffer.byteLength(name) > NAME_BYTES) refuse(45158);
  const other = world.tags.named(app.appid, name);
  if (other && other.id !== (body.tag as { id?: unknown }).id) refuse(45157);
  return name;
}

function tagOf({ world, app, body }: AppCall): StoredTag {
  const id = isObject(body.tag) ? Number(body.tag.id) : NaN;
  if (id >= 0 && id <= 2) refuse(45058);
  return world.tags.find(app.appid, id) ?? refuse(45159);
}

const official = { auth: 'access_token', kind: 'official' } as const;

export const tagEndpoints: Endpoint[] = [
  { ...official, method: 'GET', path: '/cgi-bin/tags/get', handle: list },
  { ...official, method: 'POST', path: '/cgi-bin/tags/create', body: 'json', handle: create },
  { ...official, method: 'POST', path: '/cgi-bin/tags/update', body: 'json', handle: update },
  { ...official, method: 'POST', path: '/cgi-bin/tags/delete', body: 'json', handle: remove },
  { ...official, method: 'POST', path: '/cgi-bin/tags/members/batchtagging', body: 'json', handle: (call: AppCall) => tagging(call, true) },
  { ...official, method: 'POST', path: '/cgi-bin/tags/members/batchuntagging', body: 'json', handle: (call: AppCall) => tagging(call, false) },
  { ...official, method: 'POST', path: '/cgi-bin/user/info/updateremark', body: 'json', handle: remark },
];
