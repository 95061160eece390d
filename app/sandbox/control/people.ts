import { z } from 'zod';
import type { Account } from '../people';
import { PEOPLE_LIMIT } from '../people';
import { appid, ControlError, integer, openid, route, time, unionid } from './route';
import { count, countryCode, grantStatus, phoneNumber, profile, templateId } from './shapes';
import { accountOf, appOf, appOfKind } from './who';

const officialAppid = appid.optional().meta({ description: 'AppID; the first official account when left out', examples: ['wxsandbox0000000002'] });
const following = z.boolean().meta({ description: 'Whether the person follows the official account', examples: [true] });

const Follow = z.strictObject({
  openid: openid.optional().meta({ description: 'Of the person; somebody new when left out' }), unionid: unionid.optional(), appid: officialAppid, following,
});

const Users = z.strictObject({
  count: integer(1, PEOPLE_LIMIT).optional().meta({ description: 'How many; or give openids', examples: [3] }),
  openids: z.array(openid).max(100_000).optional().meta({ description: 'Who; or give count' }),
  unionidPrefix: z.string().max(64).optional()
    .meta({ description: 'Gives each person a unionid of the form `<prefix><number>`; without it they are generated', examples: ['many-'] }),
  appid: officialAppid,
  following: following.optional(),
  nickname: z.string().max(64).optional().meta({ description: 'Nickname of all of them', examples: ['小明'] }),
}).meta({ examples: [{ count: 3, unionidPrefix: 'many-', following: true }] });

const Grant = z.strictObject({
  openid,
  appid: appid.optional(),
  templateId,
  count: integer(0, 1_000_000).meta({ description: 'How many messages may be sent', examples: [2] }),
  status: grantStatus.default('accept'),
});

const Window = z.strictObject({
  openid,
  appid: appid.optional(),
  seconds: integer(0, 10_000_000).default(172_800).meta({ description: 'How long it is open; 0 closes it', examples: [60] }),
  count: integer(0, 1_000_000).default(5).meta({ description: 'How many messages may be sent in it', examples: [1] }),
});

const Granted = z.object({ templateId, count: count.meta({ description: 'How many messages may be sent' }), status: grantStatus });
const left = z.number().meta({ description: 'How many messages may still be sent', examples: [5] });
const KnownPerson = z.object({
  appid,
  openid,
  unionid,
  profile: profile.pick({ nickname: true, avatarUrl: true, gender: true }).meta({ description: 'What others see of the person' }),
  phoneNumber,
  countryCode,
  hasSession: z.boolean().meta({ description: 'Whether the person has logged in', examples: [true] }),
  following,
  followedAt: time.nullable().meta({ description: 'Since when; null: never' }),
  openids: z.record(z.string(), z.string()).meta({ description: 'The person\'s openid in each app', examples: [{ wxsandbox0000000001: 'oABcd1234efgh5678ijkl9012mn' }] }),
  windows: z.partialRecord(z.enum(['message', 'enter', 'event', 'granted']), z.object({
    until: z.number().meta({ description: 'Milliseconds since 1970', examples: [1769851800000] }), left,
  })).meta({ description: 'The customer-service windows, by what has opened them', examples: [{ message: { until: 1769851800000, left: 5 } }] }),
  grants: z.record(z.string(), z.object({ count: count.meta({ description: 'How many messages may be sent' }), status: grantStatus }))
    .meta({ description: 'What the person allows, by template', examples: [{ 'hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68': { count: 2, status: 'accept' } }] }),
});
const Received = z.object({
  appid,
  at: time,
  via: z.enum(['custom', 'subscribe', 'template', 'passive', 'notice']).meta({ description: 'How it came; notice: WeChat\'s own "out of order"', examples: ['custom'] }),
  msgtype: z.string().meta({ description: 'What kind of message', examples: ['text'] }),
  message: z.unknown().meta({ description: 'The message', examples: [{ content: 'Hello' }] }),
});

export const peopleRoutes = [
  route('POST', '/follow', { en: 'Lets a person follow the official account or leave it, without an event', zh: '让用户关注或取消关注，不推送事件' }, { input: Follow, data: KnownPerson }, (world, input) => {
    const app = appOfKind(world, input.appid, 'official');
    const account = world.people.obtain(app.appid, input);
    world.people.setFollowing(account, input.following, world.now());
    return present(account);
  }),

  route('POST', '/users', { en: 'Makes many people at once', zh: '批量创建用户' }, { input: Users, data: z.object({ count, openids: z.array(openid).meta({ description: 'Who they are' }) }) }, (world, input) => {
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

  route('GET', '/users/:appid/:openid', { en: 'All that is known of a person in an app', zh: '查看用户在某个应用中的全部状态' }, { input: z.strictObject({ appid: appid.meta({ description: 'AppID' }), openid }), data: KnownPerson }, (world, input) =>
    present(accountOf(world, input.appid, input.openid))),

  route('POST', '/grant', { en: 'Sets what a person allows at WeChat, without an event', zh: '设置用户的订阅授权，不推送事件' }, { input: Grant, data: Granted }, (world, input) => {
    const app = appOfKind(world, input.appid, 'miniprogram');
    const account = world.people.obtain(app.appid, { openid: input.openid });
    account.grants ??= new Map();
    account.grants.set(input.templateId, { count: input.count, status: input.status });
    world.people.changed(account);
    return { templateId: input.templateId, count: input.count, status: input.status };
  }),

  route('POST', '/window', { en: 'Sets the customer-service window of a person', zh: '设置用户的客服消息时限' }, { input: Window, data: z.object({ until: time.meta({ description: 'Until when it is open' }), left }) }, (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    const account = world.people.obtain(app.appid, { openid: input.openid });
    // The window that was asked for is the only one: seconds 0 closes, count 0 uses up.
    account.windows = { granted: { until: world.now() + input.seconds * 1000, left: input.count } };
    if (input.seconds > 0) account.contactAt = world.now();
    world.people.changed(account);
    return { until: new Date(account.windows.granted?.until ?? 0).toISOString(), left: input.count };
  }),

  route('GET', '/messages', { en: 'What has reached a person\'s phone', zh: '查看到达用户手机的消息' }, {
    input: z.strictObject({ openid, appid: appid.optional().meta({ description: 'AppID; every app when left out' }) }),
    data: z.object({ messages: z.array(Received).meta({ description: 'The oldest first' }) }),
  }, (world, input) => {
    const appids = input.appid === undefined ? world.apps.keys() : [input.appid];
    const messages = world.people.findAnywhere(appids, input.openid)
      .flatMap(account => (account.received ?? []).map(message => ({ appid: account.appid, ...message })));
    return { messages: messages.sort((a, b) => a.at.localeCompare(b.at)) };
  }),
];

function present(account: Account): z.input<typeof KnownPerson> {
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
