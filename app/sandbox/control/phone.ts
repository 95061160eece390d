import { z } from 'zod';
import type { Account } from '../people';
import { RawAnswer } from '../wechat/endpoint';
import type { World } from '../world';
import { appid, ControlError, integer, openid, route } from './route';
import { appOf, appOfKind } from './who';

const MOST_BASE64 = 900_000;
const MEDIA_LIFE = 3 * 86_400_000;
const PICTURES = { 'image/png': 'png', 'image/jpeg': 'jpg' } as const;

const Person = z.strictObject({
  unionid: openid.optional(), nickname: z.string().min(1).max(64).optional(), miniprogram: appid.optional(), official: appid.optional(),
});

const Picture = z.strictObject({
  appid: appid.optional(), kind: z.enum(['miniprogram', 'official']).optional(),
  contentType: z.enum(['image/png', 'image/jpeg']), content: z.base64().min(4).max(MOST_BASE64),
});

const MediaFile = z.strictObject({ appid, mediaId: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/) });

/** What a phone needs beside what every test needs. */
export const phoneRoutes = [
  route('POST', '/people', 'A person with an openid in the mini-program and one in the official account', Person, (world, input) => {
    const mini = appOfKind(world, input.miniprogram, 'miniprogram');
    const account = world.people.obtain(mini.appid, { unionid: input.unionid });
    world.people.setProfile(account, { nickname: input.nickname });
    const { unionid, nickname, avatarUrl, phoneNumber, countryCode } = account.person;
    return { unionid, nickname, avatarUrl, phoneNumber, countryCode, miniprogram: present(account), official: officialOf(world, input.official, unionid) };
  }),

  route('GET', '/menu', 'The menu at the foot of the official account', z.strictObject({ appid: appid.optional() }), (world, input) => {
    const app = appOfKind(world, input.appid, 'official');
    return { appid: app.appid, button: world.menus.get(app.appid) ?? [] };
  }),

  route('POST', '/media', 'A picture that a person sends', Picture, (world, input) => {
    const app = appOf(world, input.appid, input.kind ?? 'miniprogram');
    const content = Buffer.from(input.content, 'base64');
    const filename = `picture.${PICTURES[input.contentType]}`;
    const mediaId = world.media.add({ appid: app.appid, contentType: input.contentType, filename, content, expiresAt: world.now() + MEDIA_LIFE });
    return { mediaId, url: `${world.pushTo}/sandbox/api/media/${app.appid}/${mediaId}` };
  }),

  route('GET', '/media/:appid/:mediaId', 'A picture that was sent, either way', MediaFile, (world, input) => {
    const media = world.media.find(input.appid, input.mediaId, world.now());
    // Nothing that a browser would run.
    if (!media || !/^image\/(png|jpe?g|gif|bmp)$/i.test(media.contentType)) throw new ControlError('NOT_FOUND', 'No picture has this media_id.');
    return new RawAnswer(200, media.contentType, media.content);
  }),

  route('POST', '/database', 'Takes the embedded database away for a while', z.strictObject({ awaySeconds: integer(1, 120) }), async (world, { awaySeconds }) => {
    const database = databaseOf(world);
    if (!await database.leave(awaySeconds * 1000)) throw new ControlError('INVALID_ARGUMENT', 'The database is away already.');
    return { awayUntil: new Date(database.awayUntil).toISOString() };
  }),

  route('GET', '/database', 'Whether the embedded database is away', z.strictObject({}), world => ({
    embedded: world.database !== undefined,
    awayUntil: world.database && world.database.awayUntil > Date.now() ? new Date(world.database.awayUntil).toISOString() : null,
  })),
];

function present({ appid: ofApp, openid: own, following }: Account): object {
  return { appid: ofApp, openid: own, following };
}

/** Their account there; null when there is no official account, or the person has no unionid that would connect the two. */
function officialOf(world: World, wanted: string | undefined, unionid: string | null): object | null {
  if (unionid === null || (wanted === undefined && !world.defaultApp('official'))) return null;
  return present(world.people.obtain(appOfKind(world, wanted, 'official').appid, { unionid }));
}

function databaseOf({ database }: World): NonNullable<World['database']> {
  if (database) return database;
  throw new ControlError('INVALID_ARGUMENT', 'The database is a server of its own (MONGODB_URL): stop it there.');
}
