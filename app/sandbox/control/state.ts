import { z } from 'zod';
import { renewSessionKey } from '../sessionKeys';
import { isWechatPath } from '../wechat';
import { appid, integer, openid, route } from './route';
import { accountOf, appOf } from './who';

const Settings = z.strictObject({
  customQuota: z.boolean(),
  subscribeGrants: z.boolean(),
  subscribeSendMs: integer(0, 60_000),
  subscribeSentEvent: z.boolean(),
  templateSentEvent: z.boolean(),
  mediaCheckPush: z.enum(['after', 'before', 'never']),
  mediaCheckMs: integer(0, 3_600_000),
  mediaCheckVersion: z.literal([1, 2]),
  pushTimeoutMs: integer(10, 60_000),
  pushRetries: integer(0, 3),
  userGetPageSize: integer(1, 10_000),
  tokenSeconds: integer(1, 7_200),
  codeSeconds: integer(1, 86_400),
  sessionKeySeconds: integer(1, 31_536_000),
  typingSeconds: integer(1, 3_600),
}).partial();

const perPeriod = integer(0, 1_000_000_000).nullable().optional();

/** null takes a limit away; one that is not named stays. */
const Limit = z.strictObject({
  path: z.string().startsWith('/').max(200).refine(isWechatPath, 'is no call of WeChat that the sandbox knows'),
  perDay: perPeriod, perMinute: perPeriod, perSecond: perPeriod, perPersonPerMinute: perPeriod,
});

/** Once an app has pages, codes and links for others are refused. */
const Pages = z.strictObject({ appid: appid.optional(), pages: z.array(z.string().regex(/^[^/]/).max(1_024)).max(1_000) });

/** What holds one of these texts, or has it in its URL, is judged so; `errcode`: the file cannot be checked. */
const Verdicts = z.strictObject({
  verdicts: z.array(z.strictObject({
    contains: z.string().min(1).max(256), suggest: z.enum(['pass', 'review', 'risky']).default('pass'), label: integer(0, 99_999).default(100),
    errcode: z.int().optional(),
  })).max(1_000),
});

/** Once an app has templates, others are answered 40037, and data must have exactly the keys given here (none given: any). */
const Templates = z.strictObject({
  appid: appid.optional(),
  templates: z.array(z.strictObject({
    templateId: z.string().min(1).max(64),
    keys: z.array(z.string().max(64)).default([]),
    title: z.string().max(64).default(''),
    longTerm: z.boolean().default(false),
    /** By key: the values that it takes. */
    values: z.record(z.string().max(64), z.array(z.string().max(200)).max(200)).default({}),
  })).max(1_000),
});

export const stateRoutes = [
  route('POST', '/settings', 'Changes settings', Settings, (world, settings) => {
    Object.assign(world.settings, settings);
    return world.settings;
  }),

  route('GET', '/settings', 'The settings', z.strictObject({}), world => world.settings),

  route('GET', '/limits', 'How often each path may be called, and was today', z.strictObject({}), world => ({ limits: world.limits.list(world.now()) })),

  route('POST', '/limits', 'Changes how often a path may be called; null takes a limit away', Limit, (world, { path, ...change }) => ({ path, ...world.limits.set(path, change) })),

  route('POST', '/templates', 'Says which subscription templates an app has, with their keys', Templates, (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    world.templates.set(app.appid, input.templates.map(({ templateId, keys, values, ...template }) => ({
      ...template, templateId, keys: keys.map(key => ({ key, name: key, ...(Object.hasOwn(values, key) ? { values: values[key] } : {}) })),
    })));
    return { count: input.templates.length };
  }),

  route('POST', '/pages', 'Says which pages of a mini-program are published', Pages, (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    world.pages.set(app.appid, new Set(input.pages));
    return { count: input.pages.length };
  }),

  route('POST', '/verdicts', 'Says what content security thinks of texts and URLs', Verdicts, (world, { verdicts }) => {
    world.verdicts.set(verdicts);
    return { count: verdicts.length };
  }),

  route('POST', '/clock', 'Advances WeChat\'s clock', z.strictObject({ advanceSeconds: z.number().min(-1e9).max(1e9) }), (world, { advanceSeconds }) => {
    world.advanceClock(advanceSeconds);
    return { now: new Date(world.now()).toISOString() };
  }),

  route('POST', '/tokens/revoke', 'Makes the access_tokens of an app invalid', z.strictObject({ appid: appid.optional(), stuck: z.boolean().default(false) }), (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    return { revoked: world.tokens.revoke(app.appid, world.now(), input.stuck) };
  }),

  route('POST', '/apps/refuse', 'Refuses the credentials of an app, with an errcode of WeChat; 0 ends that', z.strictObject({ appid: appid.optional(), errcode: z.literal([0, 40013, 40125, 40164, 40243, 89503]) }), (world, input) => {
    const { appid: refused } = appOf(world, input.appid, 'miniprogram');
    if (input.errcode === 0) world.refusals.delete(refused);
    else world.refusals.set(refused, input.errcode);
    return { refused: input.errcode !== 0 };
  }),

  route('POST', '/session-key/rotate', 'Replaces a person\'s session_key', z.strictObject({ openid, appid: appid.optional() }), (world, input) => {
    const app = appOf(world, input.appid, 'miniprogram');
    renewSessionKey(world, accountOf(world, app.appid, input.openid));
    return { rotated: true };
  }),

  route('POST', '/reset', 'Brings everything back to the start, people included', z.strictObject({ keepTokens: z.boolean().optional() }), (world, { keepTokens = false }) => {
    world.reset(keepTokens);
    return { reset: true };
  }),

  route('GET', '/apps', 'The apps, where pushes go, and the IM application', z.strictObject({}), world => ({
    apps: [...world.apps.values()].map(app => ({
      appid: app.appid, kind: app.kind, name: app.name ?? app.appid, pushMode: app.pushMode, canEncrypt: app.aesKey !== undefined,
    })),
    pushTo: world.pushTo,
    im: world.im === undefined ? null : { sdkAppId: world.im.sdkAppId, admin: world.im.admin },
  })),
];
