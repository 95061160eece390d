import { z } from 'zod';
import { drawPng } from '../image';
import { RawAnswer } from '../wechat/endpoint';
import { writtenIn } from '../wechat/qrcode';
import { appid, ControlError, route, time } from './route';
import { appOfKind } from './who';

const WIDTH = 280;

const scene = z.string().min(1).max(32).meta({ description: 'As it stands in the code', examples: ['Xq3vT9bLw0aZ'] });
const Qrcodes = z.object({
  qrcodes: z.array(z.object({
    appid,
    scene,
    page: z.string().meta({ description: 'The page that it opens; empty: the home page', examples: ['pages/table/table'] }),
    at: time,
  })).meta({ description: 'The last one first' }),
});

/** The codes that lie before a person, to be scanned. */
export const qrcodeRoutes = [
  route('GET', '/qrcodes', { en: 'The mini-program codes that were made', zh: '列出已生成的小程序码' }, { input: z.strictObject({ appid: appid.optional() }), data: Qrcodes }, (world, input) => {
    const app = appOfKind(world, input.appid, 'miniprogram');
    return { qrcodes: world.qrcodes.list(app.appid).map(({ at, ...code }) => ({ appid: app.appid, ...code, at: new Date(at).toISOString() })) };
  }),

  route('GET', '/qrcodes/:appid/:scene', { en: 'The picture of a mini-program code', zh: '读取小程序码的图片' }, {
    input: z.strictObject({ appid, scene }), data: z.unknown().meta({ description: 'Not the envelope: the picture itself', examples: [null] }),
  }, (world, input) => {
    const code = world.qrcodes.find(input.appid, input.scene);
    if (!code) throw new ControlError('NOT_FOUND', 'No code was made with this scene.');
    return new RawAnswer(200, 'image/png', drawPng(writtenIn(input.appid, code), WIDTH));
  }),
];
