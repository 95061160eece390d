import assert from 'node:assert/strict';
import type { mongo } from 'mongoose';
import { diagnoseDatabase } from '../../../app/lib/diagnosis/database';

/** Servers of kinds that cannot be started here, by their documented answers to the doctor. */
function server(answers: { version?: string; hello?: object; refuses?: { code: number; codeName: string }; ttl?: boolean }): mongo.Db {
  const { version = '4.4.29', hello = {}, refuses, ttl = true } = answers;
  return {
    command: async (asked: object) => ('buildInfo' in asked ? { version } : { localTime: new Date(), ...hello }),
    admin: () => ({ command: async () => ({ ttlMonitorEnabled: ttl }) }),
    collection: () => ({ deleteOne: async () => { if (refuses) throw Object.assign(new Error('no'), refuses); }, findOne: async () => null }),
  } as unknown as mongo.Db;
}

describe('lib/diagnosis/database', () => {
  const told = async (answers: Parameters<typeof server>[0], name: string) => {
    const found = (await diagnoseDatabase(server(answers))).find(check => check.name === name);
    return `${found?.state} ${found?.detail}`;
  };
  const REPLICA_SET = { setName: 'rs0', hosts: ['a:1', 'b:1', 'c:1'], isWritablePrimary: true };

  it('takes MongoDB 4.4 and later', async () => {
    const states = await Promise.all(['4.2.24', '3.6.0', '4.4.0', '5.0.3', '10.1.0'].map(async version => (await told({ version }, 'database version')).split(' ')[0]));
    assert.deepEqual(states, ['no', 'no', 'ok', 'ok', 'ok']);
  });

  it('recognises replica sets, clusters and single servers', async () => {
    assert.equal(await told({ hello: REPLICA_SET }, 'topology'), 'ok the replica set rs0, 3 members');
    assert.equal(await told({ hello: { msg: 'isdbgrid', isWritablePrimary: true } }, 'topology'), 'ok a sharded cluster');
    assert.equal(await told({ hello: { isWritablePrimary: true } }, 'topology'), 'warn a standalone server');
    assert.match(await told({ hello: { ...REPLICA_SET, isWritablePrimary: false } }, 'topology'), /^no .*no primary/);
    assert.match(await told({ hello: { setName: 'rs0', hosts: ['a:1'], ismaster: true } }, 'topology'), /^ok .*1 member$/);
  });

  it('recognises whether expired documents are removed', async () => {
    assert.equal(await told({}, 'ttl monitor'), 'ok what has expired is removed');
    assert.equal(await told({ ttl: false }, 'ttl monitor'), 'no it is off');
  });

  it('explains why writes are not acknowledged', async () => {
    assert.match(await told({ refuses: { code: 64, codeName: 'WriteConcernFailed' } }, 'write concern'), /^no .*WriteConcernFailed/);
    const denied = (await diagnoseDatabase(server({ refuses: { code: 13, codeName: 'Unauthorized' } }))).find(({ name }) => name === 'write concern');
    assert.match(String(denied?.advice), /readWrite/);
  });
});
