import { z } from 'zod';
import { renewSessionKey } from '../sessionKeys';
import { isWechatPath } from '../wechat';
import { appid, integer, nothing, openid, route, time } from './route';
import { count, kind } from './shapes';
import { accountOf, appOf } from './who';

const Settings = z.strictObject({
  customQuota: z.boolean().meta({ description: 'Whether 45015 and 45047 are answered', examples: [true] }),
  subscribeGrants: z.boolean().meta({ description: 'Whether 43101 is answered', examples: [true] }),
  subscribeSendMs: integer(0, 60_000).meta({ description: 'How long sending a subscription message takes', examples: [0] }),
  subscribeSentEvent: z.boolean().meta({ description: 'Whether subscribe_msg_sent_event follows', examples: [true] }),
  templateSentEvent: z.boolean().meta({ description: 'Whether TEMPLATESENDJOBFINISH follows', examples: [true] }),
  mediaCheckPush: z.enum(['after', 'before', 'never']).meta({ description: 'When wxa_media_check is pushed: after the call is answered, before it is, or never', examples: ['after'] }),
  mediaCheckMs: integer(0, 3_600_000).meta({ description: 'How long the check of a file takes', examples: [0] }),
  mediaCheckVersion: z.literal([1, 2]).meta({ description: 'The version of wxa_media_check', examples: [2] }),
  pushTimeoutMs: integer(10, 60_000).meta({ description: 'How long an answer to a push is waited for', examples: [5000] }),
  pushRetries: integer(0, 3).meta({ description: 'How often a push is repeated', examples: [3] }),
  userGetPageSize: integer(1, 10_000).meta({ description: 'Openids of one page of followers', examples: [10000] }),
  tokenSeconds: integer(1, 7_200).meta({ description: 'How long an access_token lives', examples: [7200] }),
  codeSeconds: integer(1, 86_400).meta({ description: 'How long a code lives', examples: [300] }),
  sessionKeySeconds: integer(1, 31_536_000).meta({ description: 'How long a session_key lives', examples: [259200] }),
  typingSeconds: integer(1, 3_600).meta({ description: 'How long "typing…" is shown', examples: [15] }),
}).partial();

const perPeriod = integer(0, 1_000_000_000).meta({ description: 'Calls of an app; null: no limit', examples: [500] }).nullable().optional();
const perDay = perPeriod.meta({ description: 'Calls of an app a day; null: no limit' });
const perMinute = perPeriod.meta({ description: 'Calls of an app a minute; null: no limit' });
const perSecond = perPeriod.meta({ description: 'Calls of an app a second; null: no limit' });
const perPersonPerMinute = perPeriod.meta({ description: 'Calls for one person a minute; null: no limit' });

/** null takes a limit away; one that is not named stays. */
const Limit = z.strictObject({
  path: z.string().startsWith('/').max(200).refine(isWechatPath, 'is no call of WeChat that the sandbox knows')
    .meta({ description: 'A call of WeChat', examples: ['/cgi-bin/user/get'] }),
  perDay, perMinute, perSecond, perPersonPerMinute,
});
const KnownLimit = z.object({
  path: z.string().meta({ description: 'A call of WeChat', examples: ['/cgi-bin/user/get'] }),
  perDay, perMinute, perSecond, perPersonPerMinute,
});
const Limits = z.object({
  limits: z.array(KnownLimit.extend({
    today: z.record(z.string(), z.number()).meta({ description: 'Calls of each app today', examples: [{ wxsandbox0000000002: 3 }] }),
  })).meta({ description: 'One for each path that has limits' }),
});

/** Once an app has pages, codes and links for others are refused. */
const Pages = z.strictObject({
  appid: appid.optional(),
  pages: z.array(z.string().regex(/^[^/]/).max(1_024)).max(1_000).meta({ description: 'The pages that are published', examples: [['pages/index']] }),
});

/** What holds one of these texts, or has it in its URL, is judged so; `errcode`: the file cannot be checked. */
const Verdicts = z.strictObject({
  verdicts: z.array(z.strictObject({
    contains: z.string().min(1).max(256).meta({ description: 'Of texts and URLs that hold this', examples: ['casino'] }),
    suggest: z.enum(['pass', 'review', 'risky']).default('pass').meta({ description: 'What WeChat suggests', examples: ['risky'] }),
    label: integer(0, 99_999).default(100).meta({ description: 'WeChat\'s label', examples: [20002] }),
    errcode: z.int().optional().meta({ description: 'Where a file cannot be checked', examples: [-1008] }),
  })).max(1_000).meta({ description: 'All of them: those of before are forgotten' }),
});

const Apps = z.object({
  apps: z.array(z.object({
    appid: appid.meta({ description: 'AppID' }),
    kind,
    name: z.string().meta({ description: 'Its name', examples: ['Sandbox mini-program'] }),
    pushMode: z.enum(['plain', 'compat', 'secure']).meta({ description: 'How its pushes come', examples: ['secure'] }),
    canEncrypt: z.boolean().meta({ description: 'Whether it has an EncodingAESKey', examples: [true] }),
  })).meta({ description: 'The apps' }),
  pushTo: z.string().meta({ description: 'Base URL of the server', examples: ['http://127.0.0.1:7001'] }),
  im: z.object({
    sdkAppId: z.number().meta({ description: 'IM_SDK_APPID', examples: [1400000000] }),
    admin: z.string().meta({ description: 'IM_ADMIN', examples: ['administrator'] }),
  }).nullable().meta({ description: 'The IM application; null: none' }),
});

const done = (description: string) => z.boolean().meta({ description, examples: [true] });

export const stateRoutes = [
  route('POST', '/settings', { en: 'Changes settings', zh: '修改设置' }, { input: Settings, data: Settings }, (world, settings) => {
    Object.assign(world.settings, settings);
    return world.settings;
  }),

  route('GET', '/settings', { en: 'The settings', zh: '读取设置' }, { input: nothing, data: Settings }, world => world.settings),

  route('GET', '/limits', { en: 'How often each path may be called, and was today', zh: '列出各接口的调用上限和今日次数' }, { input: nothing, data: Limits }, world => ({ limits: world.limits.list(world.now()) })),

  route('POST', '/limits', { en: 'Changes how often a path may be called; null takes a limit away', zh: '修改接口的调用上限，null 表示不限' }, { input: Limit, data: KnownLimit }, (world, { path, ...change }) => ({ path, ...world.limits.set(path, change) })),

  route('POST', '/pages', { en: 'Says which pages of a mini-program are published', zh: '设置小程序已发布的页面' }, { input: Pages, data: z.object({ count }) }, (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    world.pages.set(app.appid, new Set(input.pages));
    return { count: input.pages.length };
  }),

  route('POST', '/verdicts', { en: 'Says what content security thinks of texts and URLs', zh: '设置内容安全对文本和网址的判定' }, { input: Verdicts, data: z.object({ count }) }, (world, { verdicts }) => {
    world.verdicts.set(verdicts);
    return { count: verdicts.length };
  }),

  route('POST', '/clock', { en: 'Advances WeChat\'s clock', zh: '拨快微信的时钟' }, {
    input: z.strictObject({ advanceSeconds: z.number().min(-1e9).max(1e9).meta({ description: 'By how much', examples: [7200] }) }),
    data: z.object({ now: time.meta({ description: 'WeChat\'s time from now on' }) }),
  }, (world, { advanceSeconds }) => {
    world.advanceClock(advanceSeconds);
    return { now: new Date(world.now()).toISOString() };
  }),

  route('POST', '/tokens/revoke', { en: 'Makes the access_tokens of an app invalid', zh: '让应用的 access_token 失效' }, {
    input: z.strictObject({
      appid: appid.optional(),
      stuck: z.boolean().default(false).meta({ description: 'Whether WeChat hands out the refused one again until it is forced', examples: [false] }),
    }),
    data: z.object({ revoked: count.meta({ description: 'How many' }) }),
  }, (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    return { revoked: world.tokens.revoke(app.appid, world.now(), input.stuck) };
  }),

  route('POST', '/apps/refuse', { en: 'Refuses the credentials of an app, with an errcode of WeChat; 0 ends that', zh: '以某个错误码拒绝应用的凭证，0 表示恢复' }, {
    input: z.strictObject({
      appid: appid.optional(),
      errcode: z.literal([0, 40013, 40125, 40164, 40243, 89503]).meta({ description: 'With what; 0 ends it', examples: [40164] }),
    }),
    data: z.object({ refused: z.boolean().meta({ description: 'Whether they are refused now', examples: [true] }) }),
  }, (world, input) => {
    const { appid: refused } = appOf(world, input.appid, 'miniprogram');
    if (input.errcode === 0) world.refusals.delete(refused);
    else world.refusals.set(refused, input.errcode);
    return { refused: input.errcode !== 0 };
  }),

  route('POST', '/session-key/rotate', { en: 'Replaces a person\'s session_key', zh: '更换用户的 session_key' }, { input: z.strictObject({ openid, appid: appid.optional() }), data: z.object({ rotated: done('It is another one now') }) }, (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    renewSessionKey(world, accountOf(world, app.appid, input.openid));
    return { rotated: true };
  }),

  route('POST', '/reset', { en: 'Brings everything back to the start, people included', zh: '全部恢复到初始状态，包括用户' }, {
    input: z.strictObject({ keepTokens: z.boolean().optional().meta({ description: 'Whether access_tokens stay valid', examples: [true] }) }),
    data: z.object({ reset: done('It is as after the start') }),
  }, (world, { keepTokens = false }) => {
    world.reset(keepTokens);
    return { reset: true };
  }),

  route('GET', '/apps', { en: 'The apps, where pushes go, and the IM application', zh: '列出应用、推送地址和 IM 应用' }, { input: nothing, data: Apps }, world => ({
    apps: [...world.apps.values()].map(app => ({
      appid: app.appid, kind: app.kind, name: app.name ?? app.appid, pushMode: app.pushMode, canEncrypt: app.aesKey !== undefined,
    })),
    pushTo: world.pushTo,
    im: world.im === undefined ? null : { sdkAppId: world.im.sdkAppId, admin: world.im.admin },
  })),
];
