import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { AppError } from '../lib/errors';
import { randomScene, toStored } from '../lib/wechat/scene';
import { unlimitedQrcode, type Qrcode } from '../lib/wechat/endpoints/qrcode';
import { requireContent, requirePage } from '../lib/wechat/outgoing/qrcodeRequest';
import type { WechatApp } from '../lib/wechat/apps';
import type { WechatImage } from '../lib/wechat/image';

/** The page that a code opens, and its looks; `payload` or `scene`. */
export interface QrcodeRequest extends Omit<Qrcode, 'scene'> {
  /** The default mini-program when left out */
  appid?: string;
  /** The person it belongs to: it is erased with them */
  openid?: string;
  /** Any JSON of at most 4 KiB */
  payload?: unknown;
  scene?: string;
  expiresInDays?: number;
}

export interface MadeQrcode {
  scene: string;
  image: WechatImage;
  /** Until when the scene is known here; null: for ever. The image itself never expires */
  expiresAt: Date | null;
}

interface Owned {
  wechatApp: WechatApp;
  openid?: string;
  expiresAt?: Date;
}

const DAY = 86_400_000;
/** A random scene never collides once: a second collision is a fault. */
const TRIES = 3;

/** Mini-program codes, of which there may be any number. */
export default class QrcodeService extends Service {
  /**
   * Makes a code, and stores its payload.
   * @throws {AppError} INVALID_ARGUMENT; NOT_FOUND of the app or the person
   * @throws {WechatError}
   */
  async make({ appid, openid, payload, scene, expiresInDays, ...look }: QrcodeRequest): Promise<MadeQrcode> {
    requireContent({ payload, scene });
    if (look.page !== undefined) requirePage(look.page);
    const wechatApp = this.app.wechatApps.require('miniprogram', appid);
    const owned = { wechatApp, openid, ...(expiresInDays === undefined ? {} : { expiresAt: new Date(Date.now() + expiresInDays * DAY) }) };
    await this.requirePerson(owned);
    const made = scene === undefined ? await this.ofPayload(owned, payload, look) : await this.ofScene(owned, scene, look);
    await this.requirePerson(owned).catch(async error => {
      // The person was erased while WeChat was asked.
      await this.ctx.service.scene.remove(made.scene);
      throw error;
    });
    return made;
  }

  /** Stored once WeChat has made the code: a refused one leaves nothing behind. */
  private async ofPayload(owned: Owned, payload: unknown, look: Omit<Qrcode, 'scene'>): Promise<MadeQrcode> {
    for (let tries = 0; tries < TRIES; tries++) {
      const scene = randomScene();
      const image = await this.draw(owned.wechatApp, { ...look, scene });
      const added = await this.ctx.service.scene.add({ _id: scene, ...toStored(payload), createdAt: new Date(), scans: 0, ...given(owned, look) });
      if (added) return { scene, image, expiresAt: owned.expiresAt ?? null };
    }
    throw new AppError('UNAVAILABLE', { key: 'noSceneFound' });
  }

  private async ofScene(owned: Owned, scene: string, look: Omit<Qrcode, 'scene'>): Promise<MadeQrcode> {
    const image = await this.draw(owned.wechatApp, { ...look, scene });
    const kept = await this.ctx.service.scene.keep(scene, given(owned, look));
    return { scene, image, expiresAt: kept?.expiresAt ?? null };
  }

  private draw(wechatApp: WechatApp, code: Qrcode): Promise<WechatImage> {
    const { accessTokens, wechatClient } = this.app;
    return accessTokens.with(wechatApp, token => unlimitedQrcode(wechatClient, token, code));
  }

  /** @throws {AppError} NOT_FOUND */
  private async requirePerson({ wechatApp, openid }: Owned): Promise<void> {
    if (openid === undefined) return;
    if (!await this.app.groups.openids.find(openidKey(wechatApp.appid, openid))) throw new AppError('NOT_FOUND', { key: 'personUnknown' });
  }
}

function given({ wechatApp, openid, expiresAt }: Owned, { page }: Pick<Qrcode, 'page'>) {
  return {
    appid: wechatApp.appid,
    ...(page === undefined ? {} : { page }),
    ...(openid === undefined ? {} : { openid }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
