import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { useApp } from './support/app';
import { unroutable, type Command } from './support/writes';

describe('a cluster sharded by hashed _id', () => {
  const update = (q: object, more: object = {}): Command => ({ commandName: 'update', command: { update: 'things', updates: [{ q, u: {}, ...more }] } });
  const remove = (q: object, limit: number): Command => ({ commandName: 'delete', command: { delete: 'things', deletes: [{ q, limit }] } });
  const modify = (query: object): Command => ({ commandName: 'findAndModify', command: { findAndModify: 'things', query } });
  const id = new mongoose.Types.ObjectId();

  it('takes a write that names one _id, and one of many', () => {
    for (const command of [
      update({ _id: 'a', state: 'ready' }), update({ _id: id }, { upsert: true }), update({ _id: { $eq: 1 } }), update({ $and: [{ a: 1 }, { _id: 1 }] }), modify({ _id: new Date() }),
      remove({ _id: 'a' }, 1), remove({ a: 1 }, 0), update({ a: 1 }, { multi: true }), { commandName: 'find', command: { find: 'things', filter: {} } },
    ]) assert.deepEqual(unroutable(command), []);
  });

  it('refuses a write that searches for its document, and an upsert of any', () => {
    for (const command of [
      update({ state: 'ready' }), update({ _id: { $in: ['a'] } }), update({ _id: { $gt: 'a' } }), update({ _id: /a/ }), update({ $or: [{ _id: 1 }, { _id: 2 }] }),
      update({ a: 1 }, { multi: true, upsert: true }), remove({ a: 1 }, 1), modify({}),
    ]) assert.equal(unroutable(command).length, 1, JSON.stringify(command));
    assert.deepEqual(unroutable(modify({ state: { $in: ['secret'] }, nextAt: { $lte: new Date() } })), ['things: findAndModify { state: { $in: […] }, nextAt: { $lte: … } }']);
  });
});

describe('the writes of the application', () => {
  const hub = useApp();

  it('are acknowledged by a majority\'s disks, and are all checked', async () => {
    const { app } = hub();
    const commands: Command[] = [];
    const listen = (command: Command) => void commands.push(command);
    const client = app.mongoose.connection.getClient();
    client.on('commandStarted', listen);
    await app.model.Lease.updateOne({ _id: 'test' }, { $set: { holder: 'me', until: new Date() } }, { upsert: true });
    client.off('commandStarted', listen);
    assert.deepEqual(commands.find(({ commandName }) => commandName === 'update')?.command.writeConcern, { w: 'majority', j: true });
  });
});
