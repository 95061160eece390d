import assert from 'node:assert/strict';
import { dropObsoleteIndexes } from '../../app/boot/database';
import { useApp } from '../support/app';

describe('indexes of former versions', () => {
  const hub = useApp();

  it('are dropped at the start, and no others', async () => {
    const { connection } = hub().app.mongoose;
    const messages = hub().app.model.Message.collection;
    const names = async () => (await messages.indexes()).map(({ name }) => name).sort();
    const before = await names();
    await messages.createIndex({ appid: 1, openid: 1, receivedAt: -1 });
    await messages.createIndex({ 'payload.mine': 1 }, { name: 'mine' });
    await dropObsoleteIndexes(connection);
    await dropObsoleteIndexes(connection);
    assert.deepEqual(await names(), [...before, 'mine'].sort());
    await messages.dropIndex('mine');
  });
});
