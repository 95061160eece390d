import { z } from 'zod';
import type { Account } from '../people';
import { PEOPLE_LIMIT } from '../people';
import { appid, ControlError, integer, openid, route, unionid } from './route';
import { accountOf, appOf, appOfKind } from './who';

const Follow = z.strictObject({ openid: openid.optional(), unionid: unionid.optional(), appid: appid.optional(), following: z.boolean() });

const Users = z.strictObject({
  count: integer(1, PEOPLE_LIMIT).optional(),
  openids: z.array(openid).max(100_000).optional(),
  /** Gives each person a unionid of the form `<prefix><number>`; without it they are generated. */
  unionidPrefix: z.string().max(64).optional(),
  appid: appid.optional(),
  following: z.boolean().optional(),
  nickname: z.string().max(64).optional(),
});

const Grant = z.strictObject({
  openid, appid: appid.optional(), templateId: z.string().min(1).max(64), count: integer(0, 1_000_000),
  status: z.enum(['accept', 'reject', 'ban']).default('accept'),
});

const Window = z.strictObject({
  openid, appid: appid.optional(), seconds: integer(0, 10_000_000).default(172_800), count: integer(0, 1_000_000).default(5),
});

export const peopleRoutes = [
  route('POST', '/follow', 'Lets a person follow the official account or leave it, without an event', Follow, (world, input) => {
    const app = appOfKind(world, input.appid, 'official');
    const account = world.people.obtain(app.appid, input);
    world.people.setFollowing(account, input.following, world.now());
    return present(account);
  }),

  route('POST', '/users', 'Makes many people at once', Users, (world, input) => {
    const app = appOf(world, input.appid, 'official');
    if ((input.count === undefined) === (input.openids === undefined)) throw new ControlError('INVALID_ARGUMENT', 'Give either count or openids.');
    const wanted: (string | undefined)[] = input.openids ?? Array.from({ length: input.count ?? 0 }, () => undefined);
    const made: string[] = [];
    for (const [index, wantedOpenid] of wanted.entries()) {
      const account = world.people.obtain(app.appid, {
        openid: wantedOpenid, ...input.unionidPrefix === undefined ? {} : { unionid: `${input.unionidPrefix}${index}` },
      });
      world.people.setProfile(account, { nickname: input.nickname });
      if (input.following !== undefined && app.kind === 'official') world.people.setFollowing(account, input.following, world.now());
      made.push(account.openid);
    }
    return { count: made.length, openids: made };
  }),

  route('GET', '/users/:appid/:openid', 'All that is known of a person in an app', z.strictObject({ appid, openid }), (world, input) =>
    present(accountOf(world, input.appid, input.openid))),

  route('POST', '/grant', 'Sets what a person allows at WeChat, without an event', Grant, (world, input) => {
    const app = appOfKind(world, input.appid, 'miniprogram');
    const account = world.people.obtain(app.appid, { openid: input.openid });
    account.grants ??= new Map();
    account.grants.set(input.templateId, { count: input.count, status: input.status });
    world.people.changed(account);
    return { templateId: input.templateId, count: input.count, status: input.status };
  }),

  route('POST', '/window', 'Sets the customer-service window of a person', Window, (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    const account = world.people.obtain(app.appid, { openid: input.openid });
    // The window that was asked for is the only one: seconds 0 closes, count 0 uses up.
    account.windows = { granted: { until: world.now() + input.seconds * 1000, left: input.count } };
    if (input.seconds > 0) account.contactAt = world.now();
    world.people.changed(account);
    return { until: new Date(account.windows.granted?.until ?? 0).toISOString(), left: input.count };
  }),

  route('GET', '/messages', 'What has reached a person\'s phone', z.strictObject({ openid, appid: appid.optional() }), (world, input) => {
    const appids = input.appid === undefined ? world.apps.keys() : [input.appid];
    const messages = world.people.findAnywhere(appids, input.openid)
      .flatMap(account => (account.received ?? []).map(message => ({ appid: account.appid, ...message })));
    return { messages: messages.sort((a, b) => a.at.localeCompare(b.at)) };
  }),
];

function present(account: Account): object {
  const { person } = account;
  return {
    appid: account.appid, openid: account.openid, unionid: person.unionid,
    profile: { nickname: person.nickname, avatarUrl: person.avatarUrl, gender: person.gender },
    phoneNumber: person.phoneNumber, countryCode: person.countryCode,
    hasSession: account.sessionKey !== null,
    following: account.following, followedAt: account.followedAt === 0 ? null : new Date(account.followedAt).toISOString(),
    openids: Object.fromEntries(person.openids),
    windows: account.windows, grants: Object.fromEntries(account.grants ?? []),
  };
}
