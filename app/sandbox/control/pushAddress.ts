import { z } from 'zod';
import { addressOf, shakeHands } from '../push/address';
import { appid, nothing, route } from './route';
import { answered, kind, why } from './shapes';
import { appOf } from './who';

const Address = z.strictObject({
  appid: appid.optional(),
  kind: kind.optional().meta({ description: 'Which kind of app; miniprogram when left out' }),
  url: z.url({ protocol: /^https?$/ }).max(2_048).refine(url => !url.includes('#'), 'has a fragment').optional()
    .meta({ description: 'The new address; the present one is asked when left out', examples: ['http://127.0.0.1:7001/message/check'] }),
});

const url = z.string().meta({ description: 'Where pushes go', examples: ['http://127.0.0.1:7001/message/check'] });
const Addresses = z.object({
  addresses: z.array(z.object({
    appid: appid.meta({ description: 'AppID' }), kind, url, entered: z.boolean().meta({ description: 'Whether it was entered here', examples: [false] }),
  })).meta({ description: 'One for each app' }),
});
const Shaken = z.object({
  appid: appid.meta({ description: 'AppID' }),
  url,
  verified: z.boolean().meta({ description: 'Whether echostr came back', examples: [true] }),
  answered: answered.meta({ description: 'What the server answered' }),
  why: why.optional(),
});

export const pushAddressRoutes = [
  route('GET', '/push-address', { en: 'Where the pushes of each app go', zh: '列出各应用的推送地址' }, { input: nothing, data: Addresses }, world => ({
    addresses: [...world.apps.values()].map(app => ({ appid: app.appid, kind: app.kind, url: addressOf(world, app), entered: world.addresses.has(app.appid) })),
  })),

  /** Enters an address, which WeChat takes only when the handshake holds; without one, asks the present address. */
  route('POST', '/push-address', { en: 'Enters an address for pushes once the handshake holds, or asks the present one', zh: '验证并设置推送地址，或检查当前地址' }, { input: Address, data: Shaken }, async (world, input) => {
    const app = appOf(world, input.appid, input.kind ?? 'miniprogram');
    const handshake = await shakeHands(world, app, input.url ?? addressOf(world, app));
    if (handshake.verified && input.url !== undefined) world.addresses.set(app.appid, input.url);
    return { appid: app.appid, ...handshake };
  }),
];
