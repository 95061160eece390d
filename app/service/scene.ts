import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { isDuplicateKey } from '../lib/mongo/errors';
import type { SceneDocument } from '../model/scene';

/** A scene that a caller has chosen, with its payload. */
type Given = Pick<SceneDocument, 'appid' | 'page' | 'expiresAt' | 'openid'>;

/** The payloads of mini-program codes' scenes, and how often each was scanned. */
export default class SceneService extends Service {
  /**
   * The payload of a scene, for a page that was opened by its code; counts the scan, which is written within a second.
   * @param appid of the mini-program that was opened
   * @throws {AppError} NOT_FOUND when it is not known, is over, or belongs to another app
   */
  async open(scene: string, appid: string): Promise<SceneDocument> {
    const found = await this.ctx.model.Scene.findOne({ _id: scene, ...lasting(appid) }).lean<SceneDocument>();
    if (!found) throw new AppError('NOT_FOUND', { key: 'sceneOver' });
    this.app.scans.add(scene);
    return found;
  }

  /** Stores a new scene. @return false when there is one of this name already */
  async add(scene: SceneDocument): Promise<boolean> {
    // An expired scene may not have been removed yet.
    await this.ctx.model.Scene.deleteOne({ _id: scene._id, expiresAt: { $lte: new Date() } });
    try {
      await this.ctx.model.Scene.collection.insertOne(scene as never);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /**
   * Stores a scene that a caller has chosen, so that its scans are counted; an existing one stays, with the given
   * fields changed.
   * @return the stored scene; undefined when another app has it
   */
  async keep(scene: string, { appid, ...given }: Given): Promise<SceneDocument | undefined> {
    const added = { _id: scene, appid, createdAt: new Date(), scans: 0, ...given };
    if (await this.add(added)) return added;
    await this.ctx.model.Scene.updateOne({ _id: scene, appid }, { $set: given });
    return await this.ctx.model.Scene.findOne({ _id: scene, ...lasting(appid) }).lean<SceneDocument>() ?? undefined;
  }

  /** Removes a scene whose person has been erased meanwhile. */
  async remove(scene: string): Promise<void> {
    await this.ctx.model.Scene.deleteOne({ _id: scene });
  }
}

/** The TTL monitor is late by up to a minute, so expiry is asked for as well. */
function lasting(appid: string): object {
  return { appid, $or: [{ expiresAt: null }, { expiresAt: { $gt: new Date() } }] };
}
