import { Service } from 'egg';

/**
 * Messages that are looked at again once a minute while WeChat refuses their app: one is sent as a test, unless none of
 * them may be.
 */
const PROBES = 10;

/** Messages of apps that WeChat refuses: they wait until a person has mended the cause. */
export default class RefusedAppService extends Service {
  /** Releases the messages of apps that are served again and, once a minute, a few of each refused app as a test. */
  async lookAfter(): Promise<void> {
    const { refusals, wechatApps } = this.app;
    const refused = await refusals.all();
    const appids = wechatApps.all().map(({ appid }) => appid);
    await this.wake(appids.filter(appid => !refused.get(appid)?.calls));
    for (const appid of appids) {
      const probeAt = refused.get(appid)?.calls?.probeAt;
      if (probeAt && probeAt.getTime() <= Date.now()) await this.release(appid);
    }
  }

  /** Releases all messages of these apps. */
  async wake(appids: string[]): Promise<void> {
    await this.letGo({ waits: { $in: appids } });
  }

  private async release(appid: string): Promise<void> {
    const some = await this.app.outboxCollection.find({ waits: appid, state: 'ready' }, { sort: { nextAt: 1 }, limit: PROBES, projection: { _id: 1 } }).toArray();
    if (some.length > 0) await this.letGo({ _id: { $in: some.map(({ _id }) => _id) }, waits: appid });
  }

  private async letGo(filter: object): Promise<void> {
    const { matchedCount } = await this.app.outboxCollection.updateMany({ ...filter, state: 'ready' }, { $set: { nextAt: new Date() }, $unset: { waits: '' } });
    if (matchedCount > 0) this.app.outboxLoops.wechat.wake();
  }
}
