import { z } from 'zod';
import type { Account } from '../people';
import { RawAnswer } from '../wechat/endpoint';
import type { World } from '../world';
import { appid, ControlError, integer, nothing, openid, route, time, unionid } from './route';
import { kind } from './shapes';
import { appOf, appOfKind } from './who';

const MOST_BASE64 = 900_000;
const MEDIA_LIFE = 3 * 86_400_000;
const PICTURES = { 'image/png': 'png', 'image/jpeg': 'jpg' } as const;

const nickname = z.string().min(1).max(64).meta({ description: 'Of the person', examples: ['小明'] });
const mediaId = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/).meta({ description: 'media_id of the picture', examples: ['MEDIA_ID'] });

const Person = z.strictObject({ unionid: openid.optional(), nickname: nickname.optional(), miniprogram: appid.optional(), official: appid.optional() });

const AccountOfPerson = z.object({
  appid, openid, following: z.boolean().meta({ description: 'Whether they follow the account', examples: [false] }),
});

const KnownPerson = z.object({
  unionid,
  nickname,
  avatarUrl: z.string().meta({ description: 'Of the person', examples: ['https://thirdwx.qlogo.cn/mmopen/vi_32/example/132'] }),
  phoneNumber: z.string().meta({ description: 'Of the person, made up', examples: ['13800000000'] }),
  countryCode: z.string().meta({ description: 'Of the number', examples: ['86'] }),
  miniprogram: AccountOfPerson.meta({ description: 'Who they are in the mini-program' }),
  official: AccountOfPerson.nullable().meta({ description: 'Who they are in the official account; null: there is none' }),
});

const Picture = z.strictObject({
  appid: appid.optional(),
  kind: kind.optional(),
  contentType: z.enum(['image/png', 'image/jpeg']).meta({ description: 'What kind of picture', examples: ['image/png'] }),
  content: z.base64().min(4).max(MOST_BASE64).meta({ description: 'Its bytes', examples: ['iVBORw0KGgo='] }),
});

const MediaFile = z.strictObject({ appid, mediaId });

const away = time.meta({ description: 'When the database comes back' });
const Menu = z.object({
  appid, button: z.array(z.unknown()).meta({ description: 'In WeChat\'s own JSON; none: no menu is published', examples: [[{ type: 'click', name: 'Help', key: 'HELP' }]] }),
});

/** What a phone needs beside what every test needs. */
export const phoneRoutes = [
  route('POST', '/people', { en: 'A person with an openid in the mini-program and one in the official account', zh: '创建或读取一个用户（含小程序与公众号的 openid）' }, { input: Person, data: KnownPerson }, (world, input) => {
    const mini = appOfKind(world, input.miniprogram, 'miniprogram');
    const account = world.people.obtain(mini.appid, { unionid: input.unionid });
    world.people.setProfile(account, { nickname: input.nickname });
    const { person } = account;
    return {
      unionid: person.unionid, nickname: person.nickname, avatarUrl: person.avatarUrl, phoneNumber: person.phoneNumber, countryCode: person.countryCode, miniprogram: present(account), official: officialOf(world, input.official, person.unionid),
    };
  }),

  route('GET', '/menu', { en: 'The menu at the foot of the official account', zh: '读取公众号底部菜单' }, { input: z.strictObject({ appid: appid.optional() }), data: Menu }, (world, input) => {
    const app = appOfKind(world, input.appid, 'official');
    return { appid: app.appid, button: world.menus.get(app.appid) ?? [] };
  }),

  route('POST', '/media', { en: 'A picture that a person sends', zh: '上传用户要发送的图片' }, {
    input: Picture, data: z.object({ mediaId, url: z.string().meta({ description: 'Where it can be looked at', examples: ['http://127.0.0.1:7001/sandbox/api/media/wxsandbox0000000001/MEDIA_ID'] }) }),
  }, (world, input) => {
    const app = appOf(world, input.appid, input.kind ?? 'miniprogram');
    const content = Buffer.from(input.content, 'base64');
    const filename = `picture.${PICTURES[input.contentType]}`;
    const id = world.media.add({ appid: app.appid, contentType: input.contentType, filename, content, expiresAt: world.now() + MEDIA_LIFE });
    return { mediaId: id, url: `${world.pushTo}/sandbox/api/media/${app.appid}/${id}` };
  }),

  route('GET', '/media/:appid/:mediaId', { en: 'A picture that was sent, either way', zh: '读取收发的图片' }, { input: MediaFile, data: z.unknown().meta({ description: 'Not the envelope: the picture itself', examples: [null] }) }, (world, input) => {
    const media = world.media.find(input.appid, input.mediaId, world.now());
    // Nothing that a browser would run.
    if (!media || !/^image\/(png|jpe?g|gif|bmp)$/i.test(media.contentType)) throw new ControlError('NOT_FOUND', 'No picture has this media_id.');
    return new RawAnswer(200, media.contentType, media.content);
  }),

  route('POST', '/database', { en: 'Takes the embedded database away for a while', zh: '让内嵌数据库离线一段时间' }, {
    input: z.strictObject({ awaySeconds: integer(1, 120).meta({ description: 'For how long', examples: [10] }) }), data: z.object({ awayUntil: away }),
  }, async (world, { awaySeconds }) => {
    const database = databaseOf(world);
    if (!await database.leave(awaySeconds * 1000)) throw new ControlError('INVALID_ARGUMENT', 'The database is away already.');
    return { awayUntil: new Date(database.awayUntil).toISOString() };
  }),

  route('GET', '/database', { en: 'Whether the embedded database is away', zh: '查询内嵌数据库是否离线' }, {
    input: nothing,
    data: z.object({ embedded: z.boolean().meta({ description: 'false: it is a server of its own', examples: [true] }), awayUntil: away.nullable() }),
  }, world => ({
    embedded: world.database !== undefined,
    awayUntil: world.database && world.database.awayUntil > Date.now() ? new Date(world.database.awayUntil).toISOString() : null,
  })),
];

function present({ appid: ofApp, openid: own, following }: Account) {
  return { appid: ofApp, openid: own, following };
}

/** Their account there; null when there is no official account, or the person has no unionid that would connect the two. */
function officialOf(world: World, wanted: string | undefined, unionidOf: string | null) {
  if (unionidOf === null || (wanted === undefined && !world.defaultApp('official'))) return null;
  return present(world.people.obtain(appOfKind(world, wanted, 'official').appid, { unionid: unionidOf }));
}

function databaseOf({ database }: World): NonNullable<World['database']> {
  if (database) return database;
  throw new ControlError('INVALID_ARGUMENT', 'The database is a server of its own (MONGODB_URL): stop it there.');
}
