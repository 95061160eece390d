import { hash } from 'node:crypto';
import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { fetchPublic } from '../lib/http/fetchPublic';
import type { UploadedFile } from '../lib/http/multipart';
import { readPublicFile } from '../lib/http/publicFile';
import { withLease } from '../lib/mongo/lease';
import { sleep } from '../lib/async/sleep';
import { uploadMedia, type MediaType } from '../lib/wechat/endpoints/media';
import { mediaFilename, MOST_BYTES } from '../lib/wechat/outgoing/mediaFile';
import { mediaPathOf, withMediaId } from '../lib/wechat/outgoing/mediaPath';
import type { WechatApp } from '../lib/wechat/apps';
import type { MediaDocument } from '../model/media';

export interface MediaRequest {
  /** The default app when left out. */
  appid?: string;
  type: MediaType;
  /** Either the file, or its place: on the public internet, or in app/public. */
  file?: UploadedFile;
  url?: string;
  path?: string;
}

/** WeChat keeps a temporary file for 3 days. */
const KEPT = 3 * 86_400_000;
/** A file that expires sooner is not handed out again: the message may still have to wait in the outbox. */
const MARGIN = 10 * 60_000;
const DOWNLOAD_TIMEOUT = 10_000;
/** An upload is given up after 8 s; twice, when the access_token had to be renewed. */
const LEASE = 20_000;
/** How long to wait for another process that uploads the same bytes. */
const TIMEOUT_MS = 25_000;

/** Temporary media files at WeChat: each uploaded once while it lasts. */
export default class MediaService extends Service {
  /**
   * The media file of these bytes, uploaded when WeChat does not have it.
   * @throws {AppError} INVALID_ARGUMENT when there is no file, or it cannot be read; NOT_FOUND when the app is not
   *   known; WECHAT_BUSY
   * @throws {WechatError}
   */
  async upload({ appid, type, file, ...source }: MediaRequest): Promise<MediaDocument> {
    const wechatApp = this.app.wechatApps.any(appid);
    this.ctx.appid = wechatApp.appid;
    const given = file ?? await this.read(source);
    if (!given || given.bytes.length === 0) throw new AppError('INVALID_ARGUMENT', { key: 'fileMissing' });
    const id = `${wechatApp.appid}:${type}:${hash('sha256', given.bytes)}`;
    for (const deadline = Date.now() + TIMEOUT_MS; Date.now() < deadline; await sleep(100)) {
      const media = await this.find(id) ?? await this.uploadAlone(id, wechatApp, type, given);
      if (media) return media;
    }
    throw new AppError('WECHAT_BUSY');
  }

  /**
   * A message as WeChat takes it: an image in app/public that it names is uploaded.
   * @throws as upload does
   */
  async fill<T extends Record<string, unknown>>(appid: string, message: T): Promise<T> {
    const path = mediaPathOf(message);
    if (path === undefined) return message;
    const { mediaId } = await this.upload({ appid, type: 'image', path });
    return withMediaId(message, mediaId);
  }

  private async read({ url, path }: Pick<MediaRequest, 'url' | 'path'>): Promise<UploadedFile | undefined> {
    if (url !== undefined) return this.download(url);
    return path === undefined ? undefined : readPublicFile(this.app.config.static.dir as string, path, MOST_BYTES);
  }

  /** @throws {AppError} INVALID_ARGUMENT */
  async download(url: string): Promise<UploadedFile> {
    const { bytes, contentType } = await fetchPublic(url, { limit: MOST_BYTES, timeout: DOWNLOAD_TIMEOUT });
    return { bytes, contentType, filename: new URL(url).pathname.split('/').pop() ?? '' };
  }

  private find(id: string): Promise<MediaDocument | null> {
    return this.ctx.model.Media.findOne({ _id: id, expiresAt: { $gt: new Date(Date.now() + MARGIN) } }).lean<MediaDocument>();
  }

  /** @return undefined when another process is uploading it */
  private uploadAlone(id: string, wechatApp: WechatApp, type: MediaType, file: UploadedFile): Promise<MediaDocument | undefined> {
    return withLease(this.app.leases, `media:${id}`, LEASE, async () => {
      // The process before may have done it meanwhile.
      const done = await this.find(id);
      if (done) return done;
      const { app } = this;
      const { bytes, filename, contentType } = file;
      const uploaded = await app.accessTokens.with(wechatApp, token => uploadMedia(app.wechatClient, token, {
        type, file: bytes, filename: mediaFilename(filename, contentType), contentType: contentType.split(';', 1)[0],
      }));
      // WeChat's clock may be ahead; that must not make the file last longer.
      const createdAt = new Date(Math.min(uploaded.createdAt.getTime(), Date.now()));
      const media = { appid: wechatApp.appid, type, mediaId: uploaded.mediaId, createdAt, expiresAt: new Date(createdAt.getTime() + KEPT) };
      await this.ctx.model.Media.updateOne({ _id: id }, { $set: media }, { upsert: true });
      return { _id: id, ...media };
    });
  }
}
