import { z } from 'zod';
import { defineRoute } from '../route';
import { listQuery, page } from './list';
import { anAppid, anOpenid, text, time } from './parts';

const scene = z.string().min(1).max(32).describe('What stands in the code').meta({ examples: ['q7Zk2m9xP1'] });

export const listQrcodes = defineRoute({
  method: 'get',
  path: '/console/api/qrcodes',
  tag: 'console',
  summary: { en: 'QR codes made here, the newest first, with their scans', zh: '列出在此生成的小程序码及扫码次数，最新的在前' },
  auth: 'agent',
  query: listQuery({ appid: anAppid.optional().describe('The default mini-program when left out') }),
  data: page(z.object({
    scene,
    appid: anAppid,
    payload: z.unknown().describe('What stands behind it').meta({ examples: [{ table: 7 }] }),
    page: z.string().nullable().describe('The page that it opens').meta({ examples: ['pages/order'] }),
    createdAt: time,
    expiresAt: time.nullable(),
    scans: z.number().int().describe('How often it was scanned').meta({ examples: [12] }),
    openid: anOpenid.nullable().describe('Whose it is'),
  })),
});

const colour = (name: string) => z.number().int().min(0).max(255).describe(`${name}, 0 to 255`).meta({ examples: [0] });

export const makeQrcode = defineRoute({
  method: 'post',
  path: '/console/api/qrcodes',
  tag: 'console',
  summary: { en: 'Make a QR code', zh: '生成小程序码' },
  auth: 'admin',
  body: z.object({
    appid: anAppid.optional().describe('The default mini-program when left out'),
    openid: anOpenid.optional().describe('Whose it is: it goes with the person'),
    payload: z.unknown().optional().describe('What stands behind it: any JSON of at most 4 KiB').meta({ examples: [{ table: 7 }] }),
    scene: scene.optional().describe('Instead of a payload: what stands in the code itself'),
    page: text(1_024).optional().describe('The page that it opens, without a slash in front').meta({ examples: ['pages/order'] }),
    checkPath: z.boolean().optional().describe('Whether the page must be there already').meta({ examples: [true] }),
    envVersion: z.enum(['release', 'trial', 'develop']).optional().describe('Which version of the mini-program it opens').meta({ examples: ['release'] }),
    width: z.number().int().min(280).max(1_280).optional().describe('In pixels').meta({ examples: [430] }),
    autoColor: z.boolean().optional().describe('Whether WeChat chooses the colour').meta({ examples: [false] }),
    lineColor: z.object({ r: colour('Red'), g: colour('Green'), b: colour('Blue') }).optional().describe('Colour of the lines').meta({ examples: [{ r: 0, g: 0, b: 0 }] }),
    hyaline: z.boolean().optional().describe('Whether the ground is transparent').meta({ examples: [false] }),
    expiresInDays: z.number().int().min(1).max(3_650).optional().describe('When it is over').meta({ examples: [30] }),
  }),
  data: z.object({
    scene,
    contentType: z.string().describe('Of the image').meta({ examples: ['image/jpeg'] }),
    image: z.string().describe('base64').meta({ examples: ['/9j/4AAQ'] }),
    expiresAt: time.nullable(),
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
