import assert from 'node:assert/strict';
import { sleep } from '../../app/lib/async/sleep';
import { OFFICIAL } from '../support/environment';
import { Server } from '../support/server';
import { decrypt, securePush, textXml } from '../support/wechat';

describe('an edit of the reply rules', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start({ WORKERS: '2' });
  });
  after(() => server?.stop());
  let id = 0;

  /** The answers to twenty pushes over connections of their own, so that both workers take part. */
  async function answers(): Promise<string[]> {
    const all = await Promise.all(Array.from({ length: 20 }, async () => {
      const { query, body } = securePush(OFFICIAL, textXml('o-edits', 'hi', ++id));
      const response = await fetch(`${server.url}/official/callback/${OFFICIAL.appid}?${query}`, { method: 'POST', body, headers: { connection: 'close' } });
      const answer = await response.text();
      const encrypted = /<Encrypt><!\[CDATA\[(.+?)\]\]><\/Encrypt>/.exec(answer)?.[1];
      return encrypted ? /<Content><!\[CDATA\[(.*)\]\]><\/Content>/.exec(decrypt(OFFICIAL, encrypted).plain)?.[1] ?? '' : answer;
    }));
    return [...new Set(all)];
  }

  it('counts on every worker within 2 s, however small it is', async () => {
    const rules = (await server.database()).collection<{ _id: string }>('replyRules');
    const reply = (content: string) => ({ via: 'passive', message: { msgtype: 'text', text: { content } } });
    await rules.insertOne({ _id: 'r', order: 1, enabled: true, when: {}, reply: reply('one') } as { _id: string });
    await sleep(2_000);
    assert.deepEqual(await answers(), ['one']);
    // None of these changes the length of anything.
    await rules.updateOne({ _id: 'r' }, { $set: { reply: reply('two') } });
    await sleep(2_000);
    assert.deepEqual(await answers(), ['two']);
    await rules.updateOne({ _id: 'r' }, { $set: { enabled: false } });
    await sleep(2_000);
    assert.deepEqual(await answers(), ['success']);
  });
}).timeout(30_000);
