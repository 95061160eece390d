import { z } from 'zod';
import { addressOf, shakeHands } from '../push/address';
import { appid, route } from './route';
import { appOf } from './who';

const Address = z.strictObject({
  appid: appid.optional(),
  kind: z.enum(['miniprogram', 'official']).optional(),
  url: z.url({ protocol: /^https?$/ }).max(2_048).refine(url => !url.includes('#'), 'has a fragment').optional(),
});

export const pushAddressRoutes = [
  route('GET', '/push-address', 'Where the pushes of each app go', z.strictObject({}), world => ({
    addresses: [...world.apps.values()].map(app => ({ appid: app.appid, kind: app.kind, url: addressOf(world, app), entered: world.addresses.has(app.appid) })),
  })),

  /** Enters an address, which WeChat takes only when the handshake holds; without one, asks the present address. */
  route('POST', '/push-address', 'Enters an address for pushes once the handshake holds, or asks the present one', Address, async (world, input) => {
    const app = appOf(world, input.appid, input.kind ?? 'miniprogram');
    const handshake = await shakeHands(world, app, input.url ?? addressOf(world, app));
    if (handshake.verified && input.url !== undefined) world.addresses.set(app.appid, input.url);
    return { appid: app.appid, ...handshake };
  }),
];
